package io.kitbag.train.loop;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param eval the last measurement on the test images; empty if the run was stopped before one
 * @param averagedEval the same of the averaged weights; empty if the run keeps none
 * @param usesAverage whether evaluation and prediction from the checkpoint take the averaged ones
 * @param seconds wall time of this process's part of the run
 * @param epochs completed epochs of the whole run
 * @param steps optimizer steps of the whole run, skipped ones included
 * @param skippedSteps steps left out after a gradient that was not finite
 * @param runDirectory where everything was written
 * @param checkpoint the last one written
 * @param weightsSha256 digest of all parameters and buffers
 * @param stopped whether the run was stopped from outside before its end
 * @param corruptImages images that could not be read
 * @param waitShare share of the steps' time that this process waited for images, 0 to 1
 */
public record TrainResult(
    Optional<EvalResult> eval,
    Optional<EvalResult> averagedEval,
    boolean usesAverage,
    double seconds,
    int epochs,
    long steps,
    long skippedSteps,
    Path runDirectory,
    Path checkpoint,
    String weightsSha256,
    boolean stopped,
    int corruptImages,
    double waitShare) {}
