package dev.talaria.cli.replay;

import dev.talaria.cli.replay.whatif.Choice;
import dev.talaria.cli.replay.whatif.Parting;
import dev.talaria.cli.replay.whatif.Turn;
import dev.talaria.cli.replay.whatif.Turn.Difference;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of a what-if in words, the same on a terminal and on a page. */
public final class WhatIfWords {
  private WhatIfWords() {}

  /** What the other policy sets. */
  public static String changed(Map<String, String> changed) {
    return changed.entrySet().stream()
        .map(set -> "%s: %s".formatted(set.getKey(), set.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** What was decided. */
  public static String really(Turn turn) {
    return choice(turn.real(), "nothing");
  }

  /** What the other policy decides. */
  public static String otherwise(Turn turn) {
    return choice(turn.other(), turn.difference() == Difference.NOT_JUDGED ? "-" : "unknown");
  }

  /** How far the two agree; empty where there is nothing to say. */
  public static String mark(Difference difference) {
    return switch (difference) {
      case SAME, UNKNOWN -> "";
      case WAIT -> "another wait";
      case PARTED -> "<- parted";
      case UNDECIDED -> "nothing was decided";
      case NOT_JUDGED -> "hermes decided: its record carries no policy";
    };
  }

  /** What it comes to. */
  public static String sum(@Nullable Parting parting) {
    return parting == null
        ? "The same would have been decided at each end."
        : "It " + parting.words() + ".";
  }

  private static String choice(@Nullable Choice choice, String none) {
    if (choice == null) {
      return none;
    }
    String wait = choice.waitSeconds() <= 0 ? "" : ", after %d s".formatted(choice.waitSeconds());
    String to = choice.toModel() == null ? "" : " to '" + choice.toModel() + "'";
    String count =
        choice.limit() == null ? "" : " (%d of %d)".formatted(choice.count(), choice.limit());
    return StoryWords.word(choice.action()) + to + count + wait;
  }
}
