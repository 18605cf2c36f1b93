package io.kitbag.train.report;

/**
 * One measurement on the test images; NaN stands for what was not measured.
 *
 * @param step optimizer steps before it
 * @param epoch epochs before it, with the part of one that was begun
 * @param trainLoss mean since the measurement before
 * @param seconds of the whole run until then
 */
record Evaluation(
    long step,
    double epoch,
    double trainLoss,
    double top1,
    double top5,
    double loss,
    double averagedTop1,
    double averagedTop5,
    double averagedLoss,
    double images,
    double seconds) {}
