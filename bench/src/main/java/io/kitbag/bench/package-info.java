/** The command {@code bench}, under which every measurement is a subcommand. */
package io.kitbag.bench;
