/**
 * Networks by name and by options.
 *
 * <p>{@link io.kitbag.models.zoo.ResNet} and {@link io.kitbag.models.zoo.CifarResNet} are values
 * that describe a network; {@link io.kitbag.models.zoo.Zoo} finds one by name. Layers are named as
 * in torchvision and timm, so that their weights fit.
 */
package io.kitbag.models.zoo;
