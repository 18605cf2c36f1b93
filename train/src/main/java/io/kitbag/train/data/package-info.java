/** The recipe's images: which data set, through which transforms, in which batches. */
package io.kitbag.train.data;
