/**
 * What each trick of a recipe is worth on given images: runs without it, over several seeds.
 *
 * <p>Start with {@link io.kitbag.train.ablate.AblationPlan}.
 */
package io.kitbag.train.ablate;
