package io.kitbag.bench.step;

import ai.djl.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads devices as the command line writes them. */
public final class Devices {

  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,3}))?");

  private Devices() {}

  /** The device called {@code cpu}, {@code gpu} or {@code gpu:<number>}. */
  public static Device parse(String name) {
    Matcher gpu = GPU.matcher(name);
    if (gpu.matches()) {
      return Device.gpu(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    throw new IllegalArgumentException("device '%s' must be cpu, gpu or gpu:<n>".formatted(name));
  }
}
