package io.kitbag.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.report.ReportPictures.Picture;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportPicturesTest {

  private static JsonNode json(String text) throws Exception {
    return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
  }

  /** Fails unless the picture is well-formed XML. */
  private static Document parse(Picture picture) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(picture.svg().getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> words(Document svg) {
    NodeList texts = svg.getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .toList();
  }

  /** Without the background. */
  private static List<Double> barLengths(Document svg) {
    NodeList bars = svg.getElementsByTagName("rect");
    return IntStream.range(1, bars.getLength())
        .mapToObj(i -> Double.valueOf(((Element) bars.item(i)).getAttribute("width")))
        .toList();
  }

  @Test
  void drawsABarForEachMeasuredRowInProportion() throws Exception {
    List<Picture> pictures =
        ReportPictures.of(
            "step",
            json(
                """
                [{'task':'train','model':'a','batch':16,'imageSize':128,'execution':'compiled','precision':'fp32',
                  'layout':'nchw','error':null,'medianMs':50,'minMs':40,'maxMs':60},
                 {'task':'train','model':'a','batch':16,'imageSize':128,'execution':'torch@2.0.1','precision':'fp32',
                  'layout':'nchw','error':null,'medianMs':100,'minMs':90,'maxMs':200},
                 {'task':'train','model':'a','batch':16,'imageSize':128,'execution':'torch-compile@2','precision':'bf16',
                  'layout':'nchw','error':'no compiler','medianMs':null},
                 {'task':'train','model':'b','batch':16,'imageSize':128,'execution':'compiled','precision':'fp32',
                  'layout':'nchw','error':null,'medianMs':7,'minMs':7,'maxMs':7}]"""));

    assertThat(pictures)
        .extracting(Picture::title)
        .containsExactly("train: a, 16 images of 128 px, ms", "train: b, 16 images of 128 px, ms");
    Document svg = parse(pictures.get(0));
    assertThat(words(svg))
        .containsExactly(
            "train: a, 16 images of 128 px, ms",
            "compiled fp32 nchw",
            "50.0",
            "torch@2.0.1 fp32 nchw",
            "100");
    List<Double> lengths = barLengths(svg);
    assertThat(lengths.get(1)).isEqualTo(2 * lengths.get(0));
  }

  @Test
  void drawsLoadingBySpeed() throws Exception {
    Document svg =
        parse(
            ReportPictures.of(
                    "pipeline",
                    json(
                        """
                        [{'row':'kitbag-fast','workers':2,'imageSize':224,'error':null,'imagesPerSecond':1200.4,
                          'roundImagesPerSecond':[1300,1100,1200.4]}]"""))
                .get(0));
    assertThat(words(svg))
        .containsExactly("pipeline: images/s, 224 px", "kitbag-fast, 2 workers", "1200");
    Element range = (Element) svg.getElementsByTagName("line").item(0);
    double left = Double.parseDouble(range.getAttribute("x1"));
    double right = Double.parseDouble(range.getAttribute("x2"));
    double bar = barLengths(svg).get(0);
    assertThat((right - left) / bar).isBetween(0.166, 0.167);
  }

  @Test
  void drawsChannelsAsLines() throws Exception {
    List<Picture> pictures =
        ReportPictures.of(
            "tensorcore",
            json(
                """
                [{'channels':64,'precision':'fp32','layout':'nchw','gflops':100.0},
                 {'channels':48,'precision':'fp32','layout':'nchw','gflops':50.0},
                 {'channels':64,'precision':'bf16','layout':'nchw','gflops':200.0}]"""));
    Document svg = parse(pictures.get(0));
    assertThat(words(svg)).contains("48", "64", "200", "fp32 nchw", "bf16 nchw");
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
  }

  @Test
  void drawsNothingOfRowsInSeveralUnits() throws Exception {
    assertThat(ReportPictures.of("micro", json("[{'benchmark':'x','score':1}]"))).isEmpty();
    assertThat(ReportPictures.of("step", json("[]"))).isEmpty();
  }
}
