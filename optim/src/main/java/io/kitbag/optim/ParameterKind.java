package io.kitbag.optim;

import io.kitbag.models.TensorSpec.Role;
import java.util.Set;

/** What a parameter is for, as {@link ParameterRule}s name it. */
public enum ParameterKind {
  /** Weights of convolutions. */
  CONV(Role.CONV_WEIGHT),
  /** Weights of linear layers. */
  LINEAR(Role.LINEAR_WEIGHT),
  /** Biases of convolutions and linear layers. */
  BIAS(Role.BIAS),
  /** Scales γ and shifts β of normalisation. */
  NORM(Role.NORM_WEIGHT, Role.NORM_BIAS),
  /** Scales γ only. */
  NORM_WEIGHT(Role.NORM_WEIGHT),
  /** Shifts β only. */
  NORM_BIAS(Role.NORM_BIAS);

  private final Set<Role> roles;

  ParameterKind(Role... roles) {
    this.roles = Set.of(roles);
  }

  /** Whether a tensor of this role is of this kind. */
  public boolean holds(Role role) {
    return roles.contains(role);
  }
}
