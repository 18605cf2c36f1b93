package io.kitbag.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.RecipeException;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a run directory holds besides measurements. Nothing of it must be there or be as this
 * version writes it.
 *
 * @param recipeText the recipe as it stands there, or nothing
 * @param recipe what this version understands of it
 * @param provenance values by name
 */
record RunFiles(String recipeText, Optional<Recipe> recipe, Map<String, String> provenance) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static RunFiles read(Path directory) throws IOException {
    String recipe = text(directory.resolve(RunDirectory.RECIPE));
    return new RunFiles(
        recipe, parsed(recipe), provenance(text(directory.resolve(RunDirectory.PROVENANCE))));
  }

  private static String text(Path file) throws IOException {
    // Not readString, which refuses a file for one wrong byte.
    return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
  }

  private static Optional<Recipe> parsed(String yaml) {
    try {
      return yaml.isEmpty()
          ? Optional.empty()
          : Optional.of(Recipes.parse(yaml, RunDirectory.RECIPE));
    } catch (RecipeException e) {
      // Of a version with other keys; the text is shown all the same.
      return Optional.empty();
    }
  }

  private static Map<String, String> provenance(String json) {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      JsonNode tree = JSON.readTree(json);
      tree.fieldNames().forEachRemaining(name -> values.put(name, tree.get(name).asText()));
    } catch (JsonProcessingException e) {
      // Edited by hand, perhaps; the measurements do not depend on it.
      return Map.of();
    }
    return values;
  }
}
