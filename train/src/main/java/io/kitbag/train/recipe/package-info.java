/**
 * What a training run computes, as one value: {@link io.kitbag.train.recipe.Recipe}.
 *
 * <p>{@link io.kitbag.train.recipe.Recipes} reads presets and YAML files and lays overrides on top.
 * Reading is strict: an unknown key, a wrong type and a value out of range are errors, all reported
 * together with file, line and column. Keys are the records' components, so a new key is a new
 * component, its range a line in the record's constructor, and its default a line in {@code
 * baseline.yaml}. All types are immutable.
 */
package io.kitbag.train.recipe;
