/** A picture of what a recipe does to images, to be looked at before training. */
package io.kitbag.train.preview;
