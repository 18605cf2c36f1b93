/** Rules made into native methods. */
package io.kitbag.optim.internal;
