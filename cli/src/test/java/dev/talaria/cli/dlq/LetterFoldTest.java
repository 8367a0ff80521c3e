package dev.talaria.cli.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;
import dev.talaria.protocol.message.DeadLetterAct.Act;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LetterFoldTest {
  private static final String TOPIC = "talaria.commands";

  private static DeadLetter letter(long offset, @Nullable String value, long at) {
    return DeadLetter.of(
        TOPIC, 3, offset, "reason at " + at, "k", value == null ? null : value.getBytes(UTF_8), at);
  }

  private static DeadLetterAct act(
      Act act, long position, DeadLetter about, @Nullable Long sentAs, @Nullable Integer times) {
    return new DeadLetterAct(
        act,
        position,
        about.topic(),
        about.partition(),
        about.offset(),
        about.digest(),
        "ann",
        "h",
        null,
        9,
        sentAs,
        times);
  }

  private static List<Letter> fold(Object... records) {
    var fold = new LetterFold();
    for (int i = 0; i < records.length; i++) {
      if (records[i] instanceof DeadLetter letter) {
        fold.add(i, letter);
      } else {
        fold.add((DeadLetterAct) records[i]);
      }
    }
    return fold.letters();
  }

  @Test
  void shouldShowABadRecordOnceHoweverManyWroteAboutIt() {
    List<Letter> letters =
        fold(letter(7, "x", 20), letter(8, "y", 21), letter(7, "x", 10), letter(7, "x", 30));

    assertThat(letters).hasSize(2);
    Letter first = letters.get(0);
    assertThat(first.positions()).containsExactly(0L, 2L, 3L);
    assertThat(first.reason()).isEqualTo("reason at 30");
    assertThat(first.firstAt()).isEqualTo(10);
    assertThat(first.lastAt()).isEqualTo(30);
    assertThat(first.kept()).isEqualTo(1);
    assertThat(first.place()).isEqualTo("talaria.commands-3@7");
    assertThat(first.isOpen()).isTrue();
  }

  @Test
  void shouldTellOtherBytesAtTheSamePlaceApart() {
    DeadLetter old = letter(7, "x", 10);
    List<Letter> letters = fold(old, act(Act.DROPPED, 0, old, null, null), letter(7, "other", 20));

    assertThat(letters).extracting(Letter::state).containsExactly("dropped", "open");
  }

  @Test
  void shouldHoldAnActForLettersThatComeLater() {
    DeadLetter letter = letter(7, "x", 10);

    assertThat(fold(letter, act(Act.DROPPED, 0, letter, null, null), letter(7, "x", 90)))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.state()).isEqualTo("dropped");
          assertThat(it.positions()).hasSize(2);
        });
  }

  @Test
  void shouldKnowWhatCameBack() {
    DeadLetter first = letter(7, "x", 10);
    DeadLetter second = letter(40, "x", 20);
    DeadLetter third = letter(50, "x", 30);
    List<Letter> letters = fold(
        first,
        act(Act.RESENT, 0, first, 40L, 1),
        second,
        act(Act.RESENT, 2, second, 50L, 2),
        third);

    assertThat(letters).extracting(Letter::resent).containsExactly(0, 1, 2);
    assertThat(letters).extracting(Letter::state).containsExactly("resent", "resent", "open");
  }

  @Test
  void shouldKeepRecordsThatWereNeverSentApart() {
    var one = new DeadLetter("talaria.transitions", -1, -1, "too large", "k", null, 9, 1);
    List<Letter> letters = fold(one, one, act(Act.DROPPED, 1, one, null, null));

    assertThat(letters).extracting(Letter::state).containsExactly("open", "dropped");
    assertThat(letters.get(0).place()).isEqualTo("talaria.transitions, never sent");
    assertThat(letters.get(0).kept()).isEqualTo(-1);
  }

  @Test
  void shouldOutliveAValueThatIsNoBase64() {
    var odd = new DeadLetter(TOPIC, 3, 7, "odd", null, "*not base64*", 9, 1);

    assertThat(fold(odd).get(0).kept()).isEqualTo(-1);
  }

  static List<Long> seeds() {
    Random random = new Random();
    return Long.getLong("talaria.seed") == null
        ? random.longs(50).boxed().toList()
        : List.of(Long.getLong("talaria.seed"));
  }

  /** Readers may see letters and acts of several writers in any order; the sum is the same. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldNotDependOnTheOrder(long seed) {
    Random random = new Random(seed);
    record Placed(long position, Object record) {}
    List<Placed> all = new ArrayList<>();
    Set<List<Object>> bad = new HashSet<>();
    Set<List<Object>> acted = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      DeadLetter letter =
          letter(random.nextInt(6), random.nextInt(4) == 0 ? null : "v" + random.nextInt(2), i);
      List<Object> about = List.of(letter.offset(), letter.digest());
      if (random.nextInt(3) > 0) {
        all.add(new Placed(i, letter));
        bad.add(about);
      } else {
        all.add(new Placed(i, act(Act.DROPPED, i, letter, null, null)));
        acted.add(about);
      }
    }
    Collections.shuffle(all, random);
    var fold = new LetterFold();
    for (Placed it : all) {
      if (it.record() instanceof DeadLetter letter) {
        fold.add(it.position(), letter);
      } else {
        fold.add((DeadLetterAct) it.record());
      }
    }

    Set<List<Object>> open = new HashSet<>(bad);
    open.removeAll(acted);
    assertThat(fold.letters())
        .hasSameSizeAs(bad)
        .filteredOn(Letter::isOpen)
        .extracting(it -> List.<Object>of(it.id().offset(), it.id().digest()))
        .containsExactlyInAnyOrderElementsOf(open);
    assertThat(fold.letters().stream().flatMap(it -> it.positions().stream()))
        .doesNotHaveDuplicates()
        .hasSize(
            (int) all.stream().filter(it -> it.record() instanceof DeadLetter).count());
  }

  @Test
  void shouldGroupReasonsThatDifferInNumbersAndQuotedText() {
    var fold = new LetterFold();
    List<String> reasons = List.of(
        "event 17 is 1000000 bytes; at most 900000 can be sent",
        "event 18 is 2000000 bytes; at most 900000 can be sent",
        "'{' at line 1, column 7",
        "'[1' at line 3, column 2",
        "a BoardCommand has no value");
    for (int i = 0; i < reasons.size(); i++) {
      fold.add(i, DeadLetter.of(TOPIC, 0, i, reasons.get(i), null, new byte[] {(byte) i}, 100 + i));
    }
    fold.add(9, DeadLetter.of("talaria.replies", 0, 1, reasons.get(4), null, new byte[1], 50));

    List<LetterGroup> groups = LetterGroup.of(fold.letters());

    assertThat(groups)
        .extracting(it -> it.topic() + " " + it.letters().size() + " " + it.kind())
        .containsExactly(
            "talaria.commands 1 a BoardCommand has no value",
            "talaria.commands 2 '…' at line N, column N",
            "talaria.commands 2 event N is N bytes; at most N can be sent",
            "talaria.replies 1 a BoardCommand has no value");
    assertThat(groups.get(1).example()).isEqualTo(reasons.get(3));
    assertThat(groups.get(2).firstAt()).isEqualTo(100);
    assertThat(groups.get(2).lastAt()).isEqualTo(101);
  }
}
