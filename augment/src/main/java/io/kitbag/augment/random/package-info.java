/** Random numbers that are pure functions of seed, purpose, epoch and index. */
package io.kitbag.augment.random;
