/**
 * Files of {@code torch.save}: a pickle interpreter that knows tensors and nothing else, and the
 * two containers. Nothing in a file is executed, and nothing is allocated because a file merely
 * claims a size.
 */
package io.kitbag.models.internal.torchfile;
