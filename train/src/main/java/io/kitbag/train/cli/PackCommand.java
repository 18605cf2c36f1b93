package io.kitbag.train.cli;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.DataSummary;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.OrientedDataset;
import io.kitbag.augment.pack.PackListener;
import io.kitbag.augment.pack.PackResult;
import io.kitbag.augment.pack.PackSettings;
import io.kitbag.augment.pack.Packer;
import io.kitbag.augment.pack.Packer.Part;
import io.kitbag.train.StorageException;
import io.kitbag.train.telemetry.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag pack}: a data set as tar files of small JPEGs. */
@Command(
    name = "pack",
    sortOptions = false,
    description = {
      "Write images as WebDataset tar files of small JPEGs, from which training reads faster:"
          + " kitbag train --data OUT.",
      "",
      "Packing that was interrupted goes on where it was. The same images and settings give the"
          + " same files, whatever the number of workers."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag pack --data imagenet --out imagenet-256",
      "  kitbag pack --data photos.csv --out packed --short-side 320 --quality 95"
    })
final class PackCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR|TABLE",
      description = "The images, as for train.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write: a folder that is new, empty, or holds this pack in part.")
  private Path out;

  @Option(
      names = "--short-side",
      paramLabel = "PX",
      defaultValue = "256",
      description = {
        "The most pixels of the short side; smaller images are not enlarged."
            + " Default: ${DEFAULT-VALUE}, what evaluation at 224 px resizes to."
      })
  private int shortSide;

  @Option(
      names = "--quality",
      paramLabel = "Q",
      defaultValue = "90",
      description = "Quality of the JPEGs, 1 to 100. Default: ${DEFAULT-VALUE}, as FFCV.")
  private int quality;

  @Option(
      names = "--shard-size",
      paramLabel = "N",
      defaultValue = "10000",
      description = "The most images in a tar file. Default: ${DEFAULT-VALUE}, as img2dataset.")
  private int shardSize;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that decode and encode. Default: as many as there are cores.")
  private @Nullable Integer workers;

  @Option(
      names = "--train",
      paramLabel = "PLACE",
      description = "Where in --data the training images are: a pattern of tar files, or a folder.")
  private @Nullable String train;

  @Option(
      names = "--validation",
      paramLabel = "PLACE",
      description = "Where in --data the validation images are.")
  private @Nullable String validation;

  @Option(
      names = "--class-map",
      paramLabel = "FILE",
      description = "Lists the classes in the order of their labels, one a line.")
  private @Nullable Path classMap;

  @Option(names = "--train-only", description = "Pack no validation images.")
  private boolean trainOnly;

  @Option(names = "--exif-orientation", description = "Turn photographs as their camera noted.")
  private boolean exifOrientation;

  @Mixin private OutputOptions output;

  @Override
  public void run() {
    PackSettings settings = settings();
    long start = System.nanoTime();
    try (Progress progress = output.progress()) {
      List<Part> parts = parts(progress);
      progress.begin("pack", parts.stream().mapToLong(part -> part.images().size()).sum());
      PackResult result = new Packer(out, settings, listener(progress)).pack(parts);
      double seconds = (System.nanoTime() - start) / 1e9;
      progress.end("packed");
      spec.commandLine()
          .getOut()
          .println(output.json() ? json(result, seconds) : text(result, seconds));
    } catch (IOException e) {
      throw new StorageException(out, e);
    }
  }

  private PackSettings settings() {
    int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    try {
      return new PackSettings(shortSide, quality, shardSize, threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<Part> parts(Progress progress) {
    DataLocation location =
        new DataLocation(
            data,
            Optional.ofNullable(train),
            Optional.ofNullable(validation),
            Optional.ofNullable(classMap));
    List<Part> parts = new ArrayList<>();
    if (trainOnly) {
      parts.add(new Part("train", upright(location.openTrain()), true));
      return parts;
    }
    DataSplit split = location.open();
    DataSummary.lines(split).forEach(progress::message);
    parts.add(new Part("train", upright(split.train()), true));
    parts.add(new Part("val", upright(split.validation()), false));
    return parts;
  }

  private ImageDataset upright(ImageDataset images) {
    return exifOrientation ? OrientedDataset.of(images) : images;
  }

  private static PackListener listener(Progress progress) {
    return new PackListener() {
      @Override
      public void advance(long done) {
        progress.advance(done, "");
      }

      @Override
      public void leftOut(CorruptImage image) {
        progress.message("left out %s: %s".formatted(image.name(), image.reason()));
      }
    };
  }

  private String text(PackResult result, double seconds) {
    return String.format(
        Locale.ROOT,
        "%d images in %d files, %.1f MB, %.1f s%s%s%n%s",
        result.images(),
        result.shards(),
        result.bytes() / 1e6,
        seconds,
        result.reused() == 0 ? "" : ", " + result.reused() + " files were there already",
        result.leftOut() == 0 ? "" : ", " + result.leftOut() + " images left out",
        out);
  }

  private String json(PackResult result, double seconds) {
    return Json.line(
        Json.object()
            .put("images", result.images())
            .put("leftOut", result.leftOut())
            .put("shards", result.shards())
            .put("reused", result.reused())
            .put("bytes", result.bytes())
            .put("seconds", seconds)
            .put("out", out.toString()));
  }
}
