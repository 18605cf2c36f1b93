/**
 * The wiring: Guice modules with one binding per part of a run, and the one place that makes an
 * injector.
 *
 * <p>An application replaces a part by binding it; see {@code docs/how-to/write-an-application.md}.
 */
package io.kitbag.train.app;
