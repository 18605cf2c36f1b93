package io.kitbag.train.cli;

/**
 * A command that another module adds to the program, found as a service.
 *
 * <p>The module says {@code provides io.kitbag.train.cli.CommandProvider with ...} and opens the
 * package of the command to {@code info.picocli}. Errors for the user are thrown as {@link
 * io.kitbag.train.KitbagException}; the program prints their message and ends with their code.
 */
public interface CommandProvider {

  /**
   * A new object annotated as a picocli command, with its name in the annotation. Results belong on
   * the {@code getOut()} of its command line, all else on {@code getErr()}.
   */
  Object command();
}
