package io.kitbag.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

  private static RunHistory of(String... lines) throws Exception {
    RunHistory history = new RunHistory();
    for (String line : lines) {
      history.add(JsonMapper.builder().build().readTree(line.replace('\'', '"')));
    }
    return history;
  }

  @Test
  void addsUpTheTimesOfProcessesThatWentOnFromEachOther() throws Exception {
    RunHistory run =
        of(
            "{'kind':'start','step':0,'epoch':1,'stepsPerEpoch':10}",
            "{'kind':'train','step':10,'epoch':1,'dataSeconds':1,'forwardSeconds':2}",
            "{'kind':'eval','step':10,'epoch':1,'seconds':5}",
            "{'kind':'start','step':10,'epoch':2,'stepsPerEpoch':10}",
            "{'kind':'train','step':20,'epoch':2,'dataSeconds':1.5,'forwardSeconds':2.5}",
            "{'kind':'end','step':20,'epoch':2,'seconds':7}");
    assertThat(run.times().seconds(0)).isEqualTo(2.5);
    assertThat(run.times().seconds(1)).isEqualTo(4.5);
    assertThat(run.times().seconds()).isEqualTo(12);
    assertThat(run.resumedAt()).containsExactly(10L);
  }

  @Test
  void noticesThatAnOlderVersionWasResumedAsItsTimesBeganAgain() throws Exception {
    RunHistory run =
        of(
            "{'kind':'train','step':10,'epoch':1,'dataSeconds':1,'forwardSeconds':2}",
            "{'kind':'train','step':20,'epoch':2,'dataSeconds':1,'forwardSeconds':0.5}");
    assertThat(run.times().seconds(1)).isEqualTo(2.5);
    assertThat(run.times().seconds()).isEqualTo(4.5);
    assertThat(run.times().wholeIsKnown()).isFalse();
    assertThat(run.resumedAt()).containsExactly(10L);
  }

  @Test
  void knowsWhereInAnEpochAStepIs() throws Exception {
    RunHistory run =
        of(
            "{'kind':'start','step':0,'epoch':1,'stepsPerEpoch':10}",
            "{'kind':'train','step':10,'epoch':1}",
            "{'kind':'eval','step':10,'epoch':1}",
            // With half the batch size from here on.
            "{'kind':'start','step':10,'epoch':2,'stepsPerEpoch':20}",
            "{'kind':'train','step':30,'epoch':2}",
            "{'kind':'train','step':35,'epoch':3}");
    assertThat(run.epochs().at(5)).isEqualTo(0.5);
    assertThat(run.epochs().at(20)).isEqualTo(1.5);
    assertThat(run.epochs().at(35)).isEqualTo(2.25);
    assertThat(run.epochs().complete()).isEqualTo(2);
  }

  @Test
  void knowsItWithoutTheLengthOfAnEpochToo() throws Exception {
    RunHistory run =
        of(
            "{'kind':'train','step':10,'epoch':1}",
            "{'kind':'eval','step':10,'epoch':1}",
            "{'kind':'train','step':15,'epoch':2}");
    assertThat(run.epochs().at(15)).isEqualTo(1.5);
  }

  @Test
  void theTrainingLossOfAMeasurementIsTheMeanSinceTheOneBefore() throws Exception {
    RunHistory run =
        of(
            "{'kind':'train','step':50,'epoch':1,'loss':2}",
            "{'kind':'train','step':60,'epoch':1,'loss':8}",
            "{'kind':'eval','step':60,'epoch':1,'loss':1}",
            "{'kind':'train','step':110,'epoch':2,'loss':'NaN'}",
            "{'kind':'train','step':120,'epoch':2,'loss':0.5}",
            "{'kind':'eval','step':120,'epoch':2,'loss':'Infinity'}");
    assertThat(run.evaluations().get(0).trainLoss())
        .isCloseTo((50 * 2 + 10 * 8) / 60., within(1e-12));
    assertThat(run.evaluations().get(1).trainLoss()).isEqualTo(0.5);
    assertThat(run.evaluations().get(1).loss()).isNaN();
    assertThat(run.loss().value(2)).isNaN();
  }

  @Test
  void aFinishedRunThatIsResumedKeepsItsTrainingLoss() throws Exception {
    RunHistory run =
        of(
            "{'kind':'train','step':10,'epoch':1,'loss':2}",
            "{'kind':'eval','step':10,'epoch':1,'loss':1}",
            "{'kind':'start','step':10,'epoch':2,'stepsPerEpoch':10}",
            "{'kind':'eval','step':10,'epoch':1,'loss':1}");
    assertThat(run.evaluations()).hasSize(1);
    assertThat(run.evaluations().get(0).trainLoss()).isEqualTo(2);
  }

  @Test
  void theBestIsTheFirstOfSeveralAsGood() throws Exception {
    RunHistory run =
        of(
            "{'kind':'eval','step':1,'epoch':1,'top1':'NaN'}",
            "{'kind':'eval','step':2,'epoch':2,'top1':0.5}",
            "{'kind':'eval','step':3,'epoch':3,'top1':0.5}",
            "{'kind':'eval','step':4,'epoch':4,'top1':'NaN'}");
    assertThat(Evaluation.best(run.evaluations(), Evaluation::top1).step()).isEqualTo(2);
  }
}
