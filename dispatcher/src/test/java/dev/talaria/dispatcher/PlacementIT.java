package dev.talaria.dispatcher;

import static dev.talaria.dispatcher.BoardUnderTest.BETA;
import static dev.talaria.dispatcher.BoardUnderTest.LANE;
import static dev.talaria.dispatcher.BoardUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.BoardCommand.NeverStarted;
import dev.talaria.protocol.message.Offer;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Work goes to launchers of other hosts that fit it, over a real broker. */
@WithKafka
@Timeout(120)
class PlacementIT {
  private static final LauncherKey GAMMA = new LauncherKey("gamma", "main");

  private BoardUnderTest it;

  @BeforeEach
  void open(TestBroker broker, @TempDir Path directory) {
    it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory);
  }

  @AfterEach
  void close() {
    it.close();
  }

  private String create(NewTask task) {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    return it.write(tx -> creation.create(tx, task.withAssignee(LANE.name())).taskId());
  }

  private void beat(
      LauncherKey key, int free, Map<String, String> labels, List<String> places, RunKey... runs) {
    var standing = new Standing(Map.of(LANE.name(), free), Map.of(), places, null, null);
    var beat = new LauncherBeat(
        key,
        "one",
        1,
        0,
        4,
        free,
        List.of(LANE),
        List.of(runs),
        labels,
        "test",
        null,
        false,
        0,
        standing);
    it.send(it.topics.presence(), 0, key.toString(), it.wire.encode(beat));
  }

  private List<String> granted(LauncherKey key) {
    return it.grants(key).stream().map(Grant::run).map(RunKey::taskId).toList();
  }

  @Test
  void shouldGrantToTheLauncherThatFitsAndOfferOnlyWhatAnyCouldTake() {
    String gpu = create(NewTask.titled("gpu").withRequires(Map.of("gpu", "true")));
    String dir = create(NewTask.titled("dir").withWorkspace("dir", "/srv/repos/x", null));
    String nowhere = create(NewTask.titled("nowhere").withWorkspace("dir", "/opt/y", null));
    it.start();

    beat(BETA, 4, Map.of("gpu", "true"), List.of());
    until("the labelled one has it", () -> granted(BETA).contains(gpu));
    beat(GAMMA, 4, Map.of(), List.of("/srv/repos"));
    until("the one with the place has it", () -> granted(GAMMA).contains(dir));
    String plain = create(NewTask.titled("plain"));
    until(
        "plain work goes anywhere",
        () -> granted(BETA).contains(plain) || granted(GAMMA).contains(plain));

    assertThat(granted(BETA)).doesNotContain(dir, nowhere);
    assertThat(granted(GAMMA)).doesNotContain(gpu, nowhere);
    assertThat(it.task(nowhere).status()).isEqualTo("ready");
    assertThat(it.reader.readAll(it.topics.presence())).isNotEmpty();

    // a claim gets only what fits, too
    it.send(new Claim("g", GAMMA, 1, "one", LANE, 4, 0, Map.of()));
    it.awaitAnswers(GAMMA, "g", 1);
    assertThat(granted(GAMMA)).doesNotContain(gpu, nowhere);
  }

  @Test
  void shouldOfferWhatNobodyIsKnownToBeFreeForAndNothingThatNeedsMore() {
    create(NewTask.titled("gpu").withRequires(Map.of("gpu", "true")));
    create(NewTask.titled("dir").withWorkspace("dir", "/srv/repos/x", null));
    create(NewTask.titled("plain"));
    it.kafka.prepare(it.topics.lane(LANE));
    it.start();
    beat(BETA, 0, Map.of("gpu", "true"), List.of());
    until(
        "the plain one is offered",
        () -> !it.reader.readAll(it.topics.ready(LANE)).isEmpty());
    assertThat(it.reader.readAll(it.topics.ready(LANE)))
        .extracting(rec -> it.wire.decode(rec.value(), Offer.class).lane())
        .containsExactly(LANE);
    assertThat(it.grants(BETA)).isEmpty();
  }

  @Test
  void shouldWaitForTheNextBeatOfALauncherThatGaveBack() {
    String task = create(NewTask.titled("plain"));
    it.start();
    beat(BETA, 1, Map.of(), List.of());
    until("it is granted", () -> it.grants(BETA).size() == 1);
    RunKey run = it.grants(BETA).get(0).run();
    it.send(new NeverStarted(run + "/never_started", BETA, run, "no slot is free"));
    until("it is ready again", () -> it.task(task).status().equals("ready"));
    assertThat(it.grants(BETA)).hasSize(1);
    until("it is granted again", () -> {
      beat(
          BETA, 1, Map.of(),
          List.of()); // the first may be read before what was given back is noted
      return it.grants(BETA).size() == 2;
    });
    assertThat(it.task(task).consecutiveFailures()).isZero();
  }
}
