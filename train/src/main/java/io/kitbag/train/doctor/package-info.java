/**
 * What {@code kitbag doctor} finds out: it takes some steps of a recipe on its data, looks at every
 * value and gradient on the way, and says what would change what it sees.
 *
 * <p>Start with {@link io.kitbag.train.doctor.Doctor} and {@link
 * io.kitbag.train.doctor.DoctorReport}.
 */
package io.kitbag.train.doctor;
