package io.kitbag.bench.step;

/** What a child JVM is asked to measure; one line of JSON on its standard input. */
public record ChildRequest(StepSpec spec, StepSettings settings) {}
