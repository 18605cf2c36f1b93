/**
 * Programs that the benches start and ask: JVMs with this program's classes, and anything else that
 * answers a line of JSON with a line of JSON; and {@link io.kitbag.bench.child.TemporaryFolder} for
 * their files.
 *
 * <p>Start with {@link io.kitbag.bench.child.ChildProcess}.
 */
package io.kitbag.bench.child;
