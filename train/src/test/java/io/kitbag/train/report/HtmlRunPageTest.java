package io.kitbag.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of logs written by hand; pages of real runs are in {@code RunPageTest}. */
class HtmlRunPageTest {
  private static final Pattern PICTURE = Pattern.compile("(?s)<svg.*?</svg>");

  @TempDir Path run;
  private final HtmlRunPage page = new HtmlRunPage();

  @BeforeEach
  void writeTwoEpochs() throws IOException {
    append("{'kind':'train','step':10,'epoch':1,'loss':2.5,'learningRate':0.1}\n");
    append("{'kind':'eval','step':10,'epoch':1,'top1':0.25,'top5':0.5,'loss':2,'images':40}\n");
    append("{'kind':'train','step':20,'epoch':2,'loss':1.5,'learningRate':0.2}\n");
    append("{'kind':'eval','step':20,'epoch':2,'top1':0.125,'top5':0.75,'loss':3,'images':40}\n");
  }

  private void append(String lines) throws IOException {
    Files.writeString(
        run.resolve("metrics.jsonl"),
        lines.replace('\'', '"'),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private String html() throws IOException {
    page.update(run);
    return Files.readString(run.resolve("report.html"));
  }

  private static List<String> pictures(String html) {
    return PICTURE.matcher(html).results().map(MatchResult::group).toList();
  }

  @Test
  void tellsTheLastResultAndTheBest() throws IOException {
    assertThat(html())
        .contains("12.50 %<small>best 25.00 % after epoch 1</small>")
        .contains("75.00 %<small>best 75.00 % after epoch 2</small>")
        .contains("Not at its end after 2 epochs, 20 steps");
  }

  @Test
  void saysInWordsWhatThePicturesShow() throws Exception {
    List<String> pictures = pictures(html());
    assertThat(pictures).hasSize(3);
    assertThat(pictures.get(0))
        .contains(
            "role='img' aria-label='loss. training: first 2.5000, last 1.5000; test: first 2.0000, last 3.0000'");
    for (String picture : pictures) {
      assertThatCode(
              () ->
                  DocumentBuilderFactory.newInstance()
                      .newDocumentBuilder()
                      .parse(new ByteArrayInputStream(picture.getBytes(StandardCharsets.UTF_8))))
          .as(picture)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void leavesALineThatIsNotWholeForTheNextTime() throws IOException {
    String before = html();
    append("{'kind':'eval','step':30,'epoch':3,'top1':0.8");
    assertThat(html()).isEqualTo(before);

    append("75,'loss':1,'images':40}\n");
    assertThat(html()).contains("87.50 %<small>best 87.50 % after epoch 3</small>");
  }

  @Test
  void isTheSameWhetherTheLogIsReadAtOnceOrAsItGrows() throws IOException {
    for (int step = 30; step < 30_000; step += 10) {
      append("{'kind':'train','step':%d,'epoch':3,'loss':%s}\n".formatted(step, 1. / step));
      if (step % 7000 == 0) {
        html();
      }
    }
    String grown = html();
    new HtmlRunPage().update(run);
    assertThat(run.resolve("report.html")).hasContent(grown);
  }

  @Test
  void passesOverALineThatIsNotJson() throws IOException {
    append("\0\0\0\n[1]\n\n{'kind':'eval','step':30,'epoch':3,'top1':0.5}\n");
    assertThat(html()).contains("best 50.00 % after epoch 3");
  }

  @Test
  void hasAGapWhereALossIsNotANumber() throws IOException {
    append("{'kind':'train','step':30,'epoch':3,'loss':'NaN','learningRate':0.2}\n");
    append("{'kind':'train','step':40,'epoch':4,'loss':1,'learningRate':0.2}\n");
    String loss = pictures(html()).get(0);
    assertThat(loss).doesNotContain("NaN");
    assertThat(Pattern.compile("<polyline [^>]*class='l0'").matcher(loss).results()).hasSize(2);
    assertThat(Pattern.compile("<polyline [^>]*class='l1'").matcher(loss).results()).hasSize(1);
  }

  @Test
  void showsNamesAsTheyAreWhateverTheyContain() throws IOException {
    String name = "<script>alert(1)</script>\"'&";
    Files.writeString(run.resolve("recipe.yaml"), "data: {path: \"<script>alert(2)</script>\"}\n");
    Files.writeString(run.resolve("provenance.json"), "{\"<script>\": \"<script>alert(3)\"}");
    String json = name.replace("\"", "\\\"").replace("'", "\\u0027");
    append("{'kind':'train','step':30,'epoch':3,'skippedSteps':1}\n");
    append(
        "{'kind':'skip','step':30,'epoch':3,'tensors':['NAME']}\n"
            .replace("'", "\"")
            .replace("NAME", json));
    append(
        "{'kind':'end','step':30,'checkpoint':'NAME','weightsSha256':'NAME','corruptImages':1,'leftOut':[{'name':'NAME','reason':'NAME'}]}\n"
            .replace("'", "\"")
            .replace("NAME", json));
    assertThat(html())
        .doesNotContain("<script")
        .contains("<td>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;")
        .contains("alert(2)", "alert(3)");
  }

  @Test
  void needsNothingFromElsewhere() throws IOException {
    assertThat(html())
        .contains("Content-Security-Policy' content=\"default-src 'none'")
        .doesNotContain("http:", "https:", "src='", "href=", "url(");
  }

  @Test
  void isSmallHoweverLongTheRunWas() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int epoch = 3; epoch < 2000; epoch++) {
      for (int line = 0; line < 10; line++) {
        lines.append(
            "{'kind':'train','step':%d,'epoch':%d,'loss':%s,'learningRate':1}\n"
                .formatted(epoch * 10 + line, epoch, 1. / epoch));
      }
      lines.append(
          "{'kind':'eval','step':%d,'epoch':%d,'top1':0.1,'loss':1}\n"
              .formatted(epoch * 10 + 9, epoch));
    }
    append(lines.toString());
    assertThat(html()).hasSizeLessThan(100_000).contains("best 25.00 % after epoch 1");
  }

  @Test
  void saysThatNothingWasMeasuredYet() throws IOException {
    Files.writeString(run.resolve("metrics.jsonl"), "");
    assertThat(html())
        .contains("The test images have not been measured yet")
        .contains("There is no readable provenance.json", "There is no recipe.yaml");
  }
}
