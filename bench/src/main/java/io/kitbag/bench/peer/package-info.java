/**
 * What Kitbag is compared with: programs in Python, which this module brings along, and the Pythons
 * that run them.
 *
 * <p>Start with {@link io.kitbag.bench.peer.PeerPrograms}.
 */
package io.kitbag.bench.peer;
