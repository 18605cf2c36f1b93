/** Trained networks at work: classes of image files, and accuracy on a data set. */
package io.kitbag.train.predict;
