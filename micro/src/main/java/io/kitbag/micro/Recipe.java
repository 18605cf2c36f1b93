package io.kitbag.micro;

import io.kitbag.train.recipe.Recipes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading recipes: text to checked records. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Recipe {
  private String yaml = "";

  /** Chooses what is read. */
  @Setup(Level.Trial)
  public void write() {
    yaml = "epochs: 90\nmodel: {name: resnet50_v1d}\nschedule: {learningRate: 0.1}\n";
  }

  /** A short text over the baseline. */
  @Benchmark
  public Object parse() {
    return Recipes.parse(yaml, "micro");
  }

  /** A preset that builds on another, with an override. */
  @Benchmark
  public Object preset() {
    return Recipes.resolve("rsb-a3", List.of("model.name=resnet18_v1b"));
  }
}
