package io.kitbag.train.ablate;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A variant's runs together.
 *
 * @param variant whose
 * @param runs how many came to their end
 * @param diverged how many did not, because the numbers went wrong
 * @param top1 mean share of the test images whose class is found, 0 to 1; empty without such a run
 * @param deviation standard deviation of that between seeds; empty for fewer than two runs
 * @param seconds mean wall time of a run; empty if all were resumed
 * @param worth of what the variant is compared for, in top-1 from 0 to 1; empty where nothing is
 *     compared, or nothing can be yet
 */
public record AblationRow(
    Variant variant,
    int runs,
    int diverged,
    OptionalDouble top1,
    OptionalDouble deviation,
    OptionalDouble seconds,
    Optional<Effect> worth) {}
