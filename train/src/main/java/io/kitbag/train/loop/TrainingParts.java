package io.kitbag.train.loop;

import ai.djl.Device;
import io.kitbag.models.Network;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.loss.LossRule;
import io.kitbag.precision.Policy;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * What decides how a step computes, as values: no native resource is held here. Each part can be
 * replaced by binding another.
 *
 * @param network what is trained
 * @param device where
 * @param policy in which precision
 * @param updateRule how a gradient becomes a step
 * @param parameterGroups which parameters decay
 * @param schedule the learning rate, given the steps of an epoch
 * @param loss what is minimised
 * @param teacher whom the network learns from besides the labels, if there is one
 * @param averaging averages of the weights, given the steps of an epoch
 */
public record TrainingParts(
    Network network,
    Device device,
    Policy policy,
    UpdateRule updateRule,
    ParameterGroups parameterGroups,
    SchedulePlan schedule,
    LossRule loss,
    Optional<Teacher> teacher,
    AveragingPlan averaging) {

  @Inject
  public TrainingParts {}

  /** The same in another precision. */
  TrainingParts withPolicy(Policy other) {
    return new TrainingParts(
        network, device, other, updateRule, parameterGroups, schedule, loss, teacher, averaging);
  }
}
