package io.kitbag.micro;

import io.kitbag.train.recipe.Recipes;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Reading recipes: text to checked records. */
public class Recipe extends MeanTime {
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
