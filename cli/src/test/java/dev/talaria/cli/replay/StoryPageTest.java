package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.task.Comments;
import dev.talaria.cli.replay.page.StoryPage;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.whatif.WhatIf;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.service.config.PolicyFile;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page of stories that a real board wrote. */
class StoryPageTest {
  private static final RetryPolicy CLIMBS = new RetryPolicy(
      2,
      LimitSource.BOARD,
      new Ladder(Map.of("", "sonnet", "sonnet", "opus")),
      true,
      new Backoff(0, 2, 0),
      RetryPolicy.SilentExit.BLOCK,
      RetryPolicy.RateLimit.DEFAULT,
      10,
      RetryPolicy.Systemic.DEFAULT,
      null);
  private static final String HOSTILE =
      "</pre><script>alert(1)</script> & \"quoted\" ]]> \u0007\u001b[31m\uD800 <img src=x onerror=y>";

  @TempDir
  Path directory;

  private RealBoard real;

  @BeforeEach
  void open() {
    real = new RealBoard(directory, CLIMBS);
  }

  @AfterEach
  void close() {
    real.close();
  }

  @Test
  void shouldShowEachAttemptAsABarInTheRowOfItsModel() throws Exception {
    Document page = parsed(page(climbedAndGivenUp("connection refused by /run/model.sock")));

    List<Element> bars = elements(page, "rect");
    assertThat(bars).hasSize(4);
    assertThat(bars).allSatisfy(bar -> assertThat(bar.getAttribute("class")).isEqualTo("bar bad"));
    List<String> rungs = elements(page, "text").stream()
        .filter(text -> text.getAttribute("class").equals("rung"))
        .map(Element::getTextContent)
        .toList();
    assertThat(rungs).containsExactly("profile's model", "sonnet", "opus");
    // the first rung at the bottom, and later attempts further right
    assertThat(y(bars.get(0))).isGreaterThan(y(bars.get(1)));
    assertThat(y(bars.get(1))).isGreaterThan(y(bars.get(2)));
    assertThat(y(bars.get(3))).isEqualTo(y(bars.get(2)));
    assertThat(x(bars.get(1))).isGreaterThan(x(bars.get(0)));
    assertThat(page.getDocumentElement().getTextContent())
        .contains("give up")
        .contains("crashed: connection refused by <path>");
  }

  @Test
  void shouldShowWhatAWorkerWroteAsTextWhateverItIs() throws Exception {
    String html = page(climbedAndGivenUp(HOSTILE));

    Document page = parsed(html);
    assertThat(elements(page, "script")).isEmpty();
    assertThat(elements(page, "img")).isEmpty();
    assertThat(elements(page, "pre").get(0).getTextContent())
        .contains("</pre><script>alert(1)</script> & \"quoted\"")
        .doesNotContain("\u0007", "\u001b", "\uD800");
    assertThat(html).doesNotContain("<script", "http://", "https://", "url(");
  }

  @Test
  void shouldMarkLongWaitsInsteadOfDrawingThem() throws Exception {
    String task = real.create("Mend the importer", null);
    real.crash(task, "boom");
    real.later(20 * 3600);
    real.crash(task, "boom");

    Document page = parsed(page(story(task)));

    assertThat(elements(page, "text"))
        .filteredOn(text -> text.getAttribute("class").equals("cut"))
        .extracting(Element::getTextContent)
        .containsExactly("20h");
    List<Element> bars = elements(page, "rect");
    assertThat(Double.parseDouble(bars.get(0).getAttribute("width"))).isGreaterThan(200);
  }

  @Test
  void shouldShowATaskWithoutRunsAndOneThatRuns() throws Exception {
    String idle = real.create("Nobody has begun", null);
    assertThat(parsed(page(story(idle))).getDocumentElement().getTextContent())
        .contains("No run of this task is on the topics.");

    String running = real.create("Runs", null);
    real.claim(running);
    Document page = parsed(page(story(running)));
    assertThat(elements(page, "rect").get(0).getAttribute("class")).isEqualTo("bar open");
  }

  @Test
  void shouldSayWhatPeopleDid() throws Exception {
    String task = real.create("Asks back", null);
    long run = real.claim(task);
    real.fail(task, run, 9, "protocol_violation", FailureClass.PROTOCOL, "sonnet", "bye");
    real.decide(task);
    real.write(tx -> Comments.add(tx, task, "ann", "use the other one"));

    Document page = parsed(page(story(task)));

    assertThat(elements(page, "path")).hasSize(1);
    assertThat(elements(page, "li"))
        .filteredOn(item -> item.getAttribute("class").equals("act operator"))
        .extracting(Element::getTextContent)
        .anySatisfy(text -> assertThat(text).contains("commented").contains("ann"));
  }

  @Test
  void shouldShowWhereAnotherPolicyWouldHaveParted() throws Exception {
    String task = real.create("Mend the importer", null);
    for (int i = 0; i < 4; i++) {
      real.crash(task, "boom");
    }
    Story story = story(task);
    PolicyFile file = PolicyFile.read(
        Files.writeString(directory.resolve("p.yaml"), "policy: {failure_limit: 9}\n"));
    WhatIfTold told = WhatIf.judge(
        real.trail(task), story, new OtherPolicies(file), end -> Circumstances.NONE, real.wire);

    Document page = parsed(new StoryPage(ZoneOffset.UTC).html(story, null, told));

    assertThat(elements(page, "h2").get(0).getTextContent())
        .isEqualTo("What if policy.failure_limit: 9");
    assertThat(elements(page, "tr"))
        .extracting(row -> row.getAttribute("class"))
        .containsExactly("", "same", "same", "same", "parted");
    assertThat(elements(page, "p"))
        .filteredOn(it -> it.getAttribute("class").equals("sum"))
        .extracting(Element::getTextContent)
        .containsExactly(WhatIfWords.sum(told.parting()))
        .allSatisfy(sum -> assertThat(sum).startsWith("It would have gone on with 'opus'"));
  }

  @Test
  void shouldSayAsOfWhenItIsTold() {
    Story story = climbedAndGivenUp("boom");

    assertThat(new StoryPage(ZoneOffset.UTC).html(story, 1_772_000_000L, null))
        .contains("as it stood at 2026-02-25 06:13:20");
    assertThat(page(story)).doesNotContain("as it stood", "What if");
  }

  @Test
  void shouldBeTheSameBytesEachTime() {
    Story story = climbedAndGivenUp("boom");

    assertThat(page(story)).isEqualTo(page(story));
  }

  private Story climbedAndGivenUp(String tail) {
    String task = real.create("Mend the flaky test of the importer", null);
    for (int i = 0; i < 4; i++) {
      real.crash(task, tail);
    }
    return story(task);
  }

  private Story story(String task) {
    return StoryTeller.tell(real.trail(task), real.wire);
  }

  private String page(Story story) {
    String html = new StoryPage(ZoneOffset.UTC).html(story, null, null);
    String keep = System.getProperty("story.page");
    if (keep != null) {
      try {
        Files.writeString(Path.of(keep, story.task().taskId() + ".html"), html);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return html;
  }

  private static Document parsed(String html) throws Exception {
    String body = html.substring(html.indexOf('\n') + 1);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static double x(Element bar) {
    return Double.parseDouble(bar.getAttribute("x"));
  }

  private static double y(Element bar) {
    return Double.parseDouble(bar.getAttribute("y"));
  }
}
