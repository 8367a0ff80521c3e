package dev.talaria.cli.replay.page;

import dev.talaria.cli.replay.StoryWords;
import dev.talaria.cli.replay.WhatIfWords;
import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.whatif.Turn;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.cli.text.Times;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A story as one HTML page: no script, nothing that is fetched, so that it can be mailed and kept. The same story and zone
 * give the same bytes.
 */
public final class StoryPage {
  private final ZoneId zone;
  private final StoryWords words;

  /** @param zone in which times are shown */
  public StoryPage(ZoneId zone) {
    this.zone = zone;
    this.words = new StoryWords(zone);
  }

  /**
   * The whole document.
   *
   * @param asOf epoch seconds at which it is told to have stood; null for now
   * @param whatIf the same ends under another policy; null for none
   */
  public String html(Story story, @Nullable Long asOf, @Nullable WhatIfTold whatIf) {
    var out = new Markup();
    out.open("html", "lang", "en");
    head(out, story);
    out.open("body").open("main");
    title(out, story, asOf);
    new AttemptsPicture(story, zone, out).write();
    legend(out, story);
    if (whatIf != null) {
      whatIf(out, whatIf);
    }
    timeline(out, story);
    foot(out, story);
    out.close().close().close();
    return out.document();
  }

  private static void head(Markup out, Story story) {
    out.open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.leaf("title", "%s: %s".formatted(story.task().taskId(), plainTitle(story)));
    out.leaf("style", style());
    out.close();
  }

  private void title(Markup out, Story story, @Nullable Long asOf) {
    out.open("header");
    String when = asOf == null ? "" : ", as it stood at " + Times.stamp(asOf, zone);
    out.leaf("p", story.task() + when, "class", "key");
    out.leaf("h1", plainTitle(story));
    out.leaf("p", standing(story), "class", "standing " + (story.gaveUp() ? "bad" : "plain"));
    out.open("dl");
    fact(out, "attempts", Integer.toString(story.attempts().size()));
    fact(out, "failed", Long.toString(failures(story)));
    fact(out, "worked", Times.span(seconds(story, false)));
    fact(out, "of it in vain", Times.span(seconds(story, true)));
    String lane = story.assignee();
    if (lane != null) {
      fact(out, "lane", lane);
    }
    out.close().close();
  }

  private static void fact(Markup out, String name, String value) {
    out.open("div").leaf("dt", name).leaf("dd", value).close();
  }

  private static String plainTitle(Story story) {
    String title = story.title();
    return title == null || title.isBlank() ? story.task().taskId() : title;
  }

  private String standing(Story story) {
    Long notBefore = story.standing().notBefore();
    String model = story.standing().model();
    return story.standing().words()
        + (notBefore == null ? "" : ", not before " + Times.stamp(notBefore, zone))
        + (model == null ? "" : "; model '%s'".formatted(model));
  }

  private static long failures(Story story) {
    return story.attempts().stream()
        .filter(it -> AttemptsPicture.tone(it.ending()).equals("bad"))
        .count();
  }

  private static long seconds(Story story, boolean failedOnly) {
    return story.attempts().stream()
        .filter(it -> !failedOnly || AttemptsPicture.tone(it.ending()).equals("bad"))
        .map(Attempt::seconds)
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void legend(Markup out, Story story) {
    if (story.attempts().isEmpty()) {
      out.leaf("p", "No run of this task is on the topics.", "class", "legend");
      return;
    }
    out.open("p", "class", "legend");
    for (String[] entry : new String[][] {
      {"good", "completed"}, {"bad", "failed"}, {"meh", "not its fault"}, {"open", "running"}
    }) {
      out.open("span").leaf("i", "", "class", "dot " + entry[0]).text(entry[1]).close();
    }
    out.leaf("span", "↑ stronger model");
    out.leaf("span", "✕ given up");
    out.leaf("span", "‖ blocked");
    out.leaf("span", "◆ somebody's act");
    out.close();
  }

  private static void whatIf(Markup out, WhatIfTold told) {
    out.open("section", "class", "what-if");
    out.leaf("h2", "What if " + WhatIfWords.changed(told.changed()));
    out.open("table").open("thead").open("tr");
    for (String name : List.of("attempt", "ended", "really", "what if")) {
      out.leaf("th", name);
    }
    out.leaf("th", "", "aria-label", "difference");
    out.close().close().open("tbody");
    for (Turn turn : told.turns()) {
      out.open("tr", "class", turn.difference().name().toLowerCase(Locale.ROOT));
      out.leaf("td", Integer.toString(turn.attempt()));
      out.leaf("td", turn.kind().replace('_', ' '));
      out.leaf("td", WhatIfWords.really(turn));
      out.leaf("td", WhatIfWords.otherwise(turn));
      out.leaf("td", WhatIfWords.mark(turn.difference()).replace("<-", "←"));
      out.close();
    }
    out.close().close();
    out.leaf("p", WhatIfWords.sum(told.parting()), "class", "sum");
    told.notes().forEach(note -> out.leaf("p", "Note: " + note));
    out.close();
  }

  /** In the order of events, and what follows from one event right after it. */
  private record Moment(long event, int order, Runnable writing) {}

  private void timeline(Markup out, Story story) {
    List<Moment> moments = new ArrayList<>();
    story.acts().forEach(act -> moments.add(new Moment(act.event(), 0, () -> act(out, act))));
    for (Attempt attempt : story.attempts()) {
      Ending ending = attempt.ending();
      long event = attempt.event() == 0 && ending != null ? ending.event() : attempt.event();
      moments.add(new Moment(event, 1, () -> attempt(out, attempt)));
    }
    moments.sort(Comparator.comparingLong(Moment::event).thenComparingInt(Moment::order));
    out.open("ol", "class", "timeline");
    moments.forEach(moment -> moment.writing().run());
    out.close();
  }

  private void act(Markup out, Act act) {
    out.open("li", "class", act.operator() ? "act operator" : "act");
    line(out, act.at(), act.kind(), words.act(act));
    out.close();
  }

  private void attempt(Markup out, Attempt attempt) {
    Ending ending = attempt.ending();
    out.open("li", "class", "attempt " + AttemptsPicture.tone(ending));
    line(out, attempt.startedAt(), "attempt " + attempt.number(), words.opening(attempt));
    if (ending == null) {
      out.leaf("p", "running", "class", "end");
    } else if (ending.kind().equals("unknown")) {
      out.leaf("p", "How it ended is not on the topic: the next attempt was opened.");
    } else {
      line(out, ending.at(), ending.kind(), words.ending(ending));
      ending(out, ending);
    }
    attempt.decisions().forEach(decision -> decision(out, decision));
    out.close();
  }

  private static void ending(Markup out, Ending ending) {
    if (ending.fingerprint() != null) {
      out.open("p", "class", "print").text("fingerprint ");
      out.leaf("code", ending.fingerprint()).close();
    }
    if (ending.output() != null) {
      out.leaf("pre", ending.output().stripTrailing());
    }
  }

  private void decision(Markup out, DecisionTold decision) {
    Long decidedAt = decision.decidedAt();
    Long at = decision.appliedAt() == null && decidedAt != null
        ? Long.valueOf(Math.floorDiv(decidedAt, 1_000L))
        : decision.appliedAt();
    out.open("div", "class", "decision " + decision.action().name().toLowerCase(Locale.ROOT));
    line(out, at, "→ " + StoryWords.word(decision.action()), words.decision(decision));
    out.close();
  }

  private void line(Markup out, @Nullable Long at, String what, String said) {
    out.open("p", "class", "line");
    out.leaf("time", at == null ? "" : Times.stamp(at, zone));
    out.leaf("b", what.replace('_', ' '));
    out.leaf("span", said);
    out.close();
  }

  private void foot(Markup out, Story story) {
    out.open("footer");
    out.leaf(
        "p",
        "Told from Kafka by talaria replay; times in %s."
            .formatted(zone.equals(ZoneOffset.UTC) ? "UTC" : zone));
    if (story.formerEvents() > 0) {
      out.leaf(
          "p",
          ("This is lineage %d of the board's file, whose history was published anew; %d events of a former life are not"
                  + " part of it.")
              .formatted(story.lineage(), story.formerEvents()));
    }
    story.unreadable().forEach(where -> out.leaf("p", "Cannot be read: " + where));
    out.close();
  }

  private static String style() {
    try (InputStream css = StoryPage.class.getResourceAsStream("story.css")) {
      return new String(
          Objects.requireNonNull(css, "story.css").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
