/**
 * The command line: options become a recipe, results become text or JSON, errors become one message
 * and an {@linkplain io.kitbag.train.ExitCode exit code}.
 *
 * <p>{@link io.kitbag.train.cli.Main} is the program; other modules add commands with a {@link
 * io.kitbag.train.cli.CommandProvider}.
 */
package io.kitbag.train.cli;
