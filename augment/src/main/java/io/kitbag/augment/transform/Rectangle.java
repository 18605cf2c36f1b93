package io.kitbag.augment.transform;

/**
 * A rectangle in an image.
 *
 * @param x left column
 * @param y top row
 * @param width columns
 * @param height rows
 */
public record Rectangle(int x, int y, int width, int height) {}
