package io.kitbag.models.zoo;

import java.util.List;

/**
 * What torchvision and timm call the layers of the same {@link MobileNetV3}.
 *
 * @param stem first convolution, its norm and activation
 * @param blocks the inverted residuals
 * @param last the 1×1 convolution before the mean
 * @param features the layer after it
 * @param classifier the layer that gives the logits
 */
record MobileNetV3Names(
    Unit stem, List<Block> blocks, Unit last, String features, String classifier) {

  /** A convolution with what follows it. */
  record Unit(String conv, String norm, String act) {}

  /**
   * Names in a block.
   *
   * @param block prefix of what has no tensors
   * @param expand the 1×1 convolution that a block without expansion lacks
   * @param excite squeeze-and-excitation, and its two convolutions
   */
  record Block(
      String block,
      Unit expand,
      Unit depthwise,
      String excite,
      String reduceConv,
      String expandConv,
      Unit project) {}

  /** {@code features.3.block.0.0}: a number for each part that the block has. */
  static MobileNetV3Names torchvision(List<MobileNetV3.Row> rows, int stemWidth) {
    Block[] blocks = new Block[rows.size()];
    int in = stemWidth;
    for (int i = 0; i < blocks.length; i++) {
      MobileNetV3.Row row = rows.get(i);
      String block = "features." + (i + 1);
      int depthwise = row.hidden() == in ? 0 : 1;
      int excite = depthwise + 1;
      String excitation = block + ".block." + excite;
      blocks[i] =
          new Block(
              block,
              sequence(block + ".block.0"),
              sequence(block + ".block." + depthwise),
              excitation,
              excitation + ".fc1",
              excitation + ".fc2",
              sequence(block + ".block." + (row.excites() ? excite + 1 : excite)));
      in = row.out();
    }
    return new MobileNetV3Names(
        sequence("features.0"),
        List.of(blocks),
        sequence("features." + (blocks.length + 1)),
        "classifier.0",
        "classifier.3");
  }

  private static Unit sequence(String name) {
    return new Unit(name + ".0", name + ".1", name + ".2");
  }

  /** {@code blocks.2.0.conv_pw}: a stage is a run of blocks with equal outputs. */
  static MobileNetV3Names timm(List<MobileNetV3.Row> rows, int stemWidth) {
    Block[] blocks = new Block[rows.size()];
    int in = stemWidth;
    int stage = 0;
    int inStage = 0;
    for (int i = 0; i < blocks.length; i++) {
      MobileNetV3.Row row = rows.get(i);
      if (i > 0 && row.out() != in) {
        stage++;
        inStage = 0;
      }
      String block = "blocks." + stage + "." + inStage++;
      int norm = row.hidden() == in ? 1 : 2;
      blocks[i] =
          new Block(
              block,
              unit(block, "conv_pw", 1),
              unit(block, "conv_dw", norm),
              block + ".se",
              block + ".se.conv_reduce",
              block + ".se.conv_expand",
              unit(block, norm == 1 ? "conv_pw" : "conv_pwl", norm + 1));
      in = row.out();
    }
    return new MobileNetV3Names(
        new Unit("conv_stem", "bn1", "act1"),
        List.of(blocks),
        unit("blocks." + (stage + 1) + ".0", "conv", 1),
        "conv_head",
        "classifier");
  }

  private static Unit unit(String block, String conv, int number) {
    return new Unit(block + "." + conv, block + ".bn" + number, block + ".act" + number);
  }
}
