package io.kitbag.bench;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dependencies between modules, and who may know which library. */
class LayeringTest {
  private static final JavaClasses KITBAG =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kitbag");

  /** Each module with all the modules it may use, directly or not. */
  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "models", List.of(),
          "augment", List.of(),
          "precision", List.of("models"),
          "optim", List.of("models", "precision"),
          "train", List.of("models", "precision", "optim", "augment"),
          "bench", List.of("models", "precision", "optim", "augment", "train"));

  @Test
  void seesEveryModule() {
    for (String module : MAY_USE.keySet()) {
      if (!module.equals("bench")) {
        assertThat(KITBAG.containPackage("io.kitbag." + module)).as(module).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "augment", "precision", "optim", "train", "bench"})
  void modulesUseOnlyThoseBelowThem(String module) {
    String[] others =
        MAY_USE.keySet().stream()
            .filter(other -> !other.equals(module) && !MAY_USE.get(module).contains(other))
            .map(other -> "io.kitbag." + other + "..")
            .toArray(String[]::new);
    if (others.length > 0) {
      noClasses()
          .that()
          .resideInAPackage("io.kitbag." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .allowEmptyShould(true)
          .check(KITBAG);
    }
  }

  @Test
  void modelsAndAugmentKnowOnlyTheApiOfDjlAndSmallLibraries() {
    classes()
        .that()
        .resideInAnyPackage("io.kitbag.models..", "io.kitbag.augment..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.kitbag.models..",
            "io.kitbag.augment..",
            "ai.djl..",
            "com.google.gson..",
            "org.apache.commons.compress..",
            "org.apache.commons.csv..",
            "org.jspecify..",
            "java..",
            "javax.imageio..")
        .check(KITBAG);
  }

  @Test
  void onlyOnePackageTouchesTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.kitbag.precision.internal.torch")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .check(KITBAG);
  }

  @Test
  void onlyTrainAndBenchKnowInjectionMetersAndCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.kitbag.train..", "io.kitbag.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.google.inject..",
            "jakarta.inject..",
            "io.micrometer..",
            "com.fasterxml.jackson..",
            "picocli..")
        .check(KITBAG);
  }

  @Test
  void onlyTheCommandLineKnowsItsLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.kitbag.train.cli", "io.kitbag.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(KITBAG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "augment", "precision", "optim", "train", "bench"})
  void packagesOfAModuleFormNoCycle(String module) {
    slices()
        .matching("io.kitbag." + module + ".(**)")
        .should()
        .beFreeOfCycles()
        // Behind an API stands an internal package that implements it.
        .ignoreDependency(resideInAPackage("..internal.."), alwaysTrue())
        .allowEmptyShould(true)
        .check(KITBAG);
  }
}
