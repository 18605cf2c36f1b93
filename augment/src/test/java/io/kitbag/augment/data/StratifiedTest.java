package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StratifiedTest {
  /** Ten classes in turn, of which the first three have one image more. */
  private final ImageDataset data = BuiltIn.train(0, 203);

  @Test
  void aShareKeepsTheProportionsOfTheClasses() {
    ImageDataset tenth = Stratified.share(data, 0.1, 7);
    assertThat(tenth.classCounts()).containsOnly(2);
    assertThat(names(tenth)).doesNotHaveDuplicates().isNotEqualTo(names(data).subList(0, 20));
    assertThat(names(tenth)).isSubsetOf(names(data));
    assertThat(names(Stratified.share(data, 0.1, 7))).isEqualTo(names(tenth));
    assertThat(names(Stratified.share(data, 0.1, 8))).isNotEqualTo(names(tenth));
    assertThat(Stratified.share(data, 0.001, 7).classCounts()).as("at least one").containsOnly(1);
    assertThat(Stratified.share(data, 1, 7).size()).isEqualTo(203);
    for (int i = 0; i < tenth.size(); i++) {
      String name = tenth.name(i);
      int index = Integer.parseInt(name.substring(name.indexOf('#') + 1));
      assertThat(tenth.label(i)).isEqualTo(data.label(index));
    }
  }

  @Test
  void aSmallerPartLiesWithinALargerOne() {
    List<String> five = names(Stratified.perClass(data, 5, 7));
    assertThat(five).hasSize(50);
    assertThat(names(Stratified.share(data, 0.1, 7))).isSubsetOf(five);
    assertThat(five).isSubsetOf(names(Stratified.share(data, 0.5, 7)));
    assertThat(Stratified.perClass(data, 1000, 7).size()).isEqualTo(203);
  }

  @Test
  void whatIsHeldOutIsNotTrainedOn() {
    DataSplit split = Stratified.holdOut(data, 0.25, 3);
    assertThat(split.validation().classCounts()).containsOnly(5);
    Set<String> all = new HashSet<>(names(split.train()));
    assertThat(all).hasSize(153).doesNotContainAnyElementsOf(names(split.validation()));
    all.addAll(names(split.validation()));
    assertThat(all).hasSize(203);
    DataSplit one = Stratified.holdOut(BuiltIn.train(0, 10), 0.5, 3);
    assertThat(one.validation().size()).as("a single image stays").isZero();
    assertThat(Stratified.holdOut(BuiltIn.train(0, 20), 0.99, 3).train().classCounts())
        .containsOnly(1);
  }

  @Test
  void aSubsetKnowsItsPartOfTheShards() {
    ImageDataset shards =
        new ImageDataset() {
          @Override
          public int size() {
            return 10;
          }

          @Override
          public List<String> classes() {
            return List.of("a");
          }

          @Override
          public int label(int index) {
            return 0;
          }

          @Override
          public String name(int index) {
            return "" + index;
          }

          @Override
          public void read(int index, io.kitbag.augment.image.PixelImage target) {}

          @Override
          public int[] shardSizes() {
            return new int[] {3, 0, 5, 2};
          }
        };
    assertThat(Subset.of(shards, new int[] {0, 2, 8, 9}).shardSizes()).containsExactly(2, 2);
    assertThat(Subset.of(shards, new int[] {3, 1}).shardSizes()).containsExactly(2);
  }

  @Test
  void badNumbersAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stratified.share(data, 0, 1))
        .withMessageContaining("share=0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stratified.holdOut(data, 1, 1))
        .withMessageContaining("share=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Stratified.perClass(data, 0, 1))
        .withMessageContaining("images=0");
  }

  private static List<String> names(ImageDataset data) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      names.add(data.name(i));
    }
    return names;
  }
}
