package io.kitbag.bench.pipeline;

import java.util.List;

/**
 * What a contender's process is asked, one line of JSON each.
 *
 * @param action what to do
 * @param setting the same in each question to a process
 * @param workers threads or processes that load, for {@link Action#LOAD}
 * @param images how many to load, for {@link Action#LOAD} and {@link Action#ALLOCATION}
 * @param changes to carry out, for {@link Action#SAMPLE}
 * @param file where the pixels go, for {@link Action#SAMPLE}
 */
record Question(
    Action action,
    LoaderSetting setting,
    int workers,
    int images,
    List<Change> changes,
    String file) {

  enum Action {
    /** Say what is running; the first question. */
    OPEN,
    /** Load images, each as often as the others, with random changes; tell the time. */
    LOAD,
    /** Tell how many bytes of Java's heap an image takes. */
    ALLOCATION,
    /** Carry out the changes and write the pixels, planes of red, green and blue, to the file. */
    SAMPLE
  }

  static Question open(LoaderSetting setting) {
    return new Question(Action.OPEN, setting, 1, 0, List.of(), "");
  }

  static Question load(LoaderSetting setting, int workers, int images) {
    return new Question(Action.LOAD, setting, workers, images, List.of(), "");
  }

  static Question allocation(LoaderSetting setting, int images) {
    return new Question(Action.ALLOCATION, setting, 1, images, List.of(), "");
  }

  static Question sample(LoaderSetting setting, List<Change> changes, String file) {
    return new Question(Action.SAMPLE, setting, 1, changes.size(), changes, file);
  }
}
