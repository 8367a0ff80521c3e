package dev.talaria.cli.replay;

import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.DecisionTold.State;
import dev.talaria.cli.replay.story.Ending;
import dev.talaria.cli.text.Times;
import dev.talaria.protocol.policy.Verdict.Action;
import java.time.ZoneId;
import java.util.Locale;

/** The parts of a story in words, the same on a terminal and on a page. */
public final class StoryWords {
  private final ZoneId zone;

  public StoryWords(ZoneId zone) {
    this.zone = zone;
  }

  /** Where and with what a run was opened. */
  public String opening(Attempt attempt) {
    String host = attempt.host();
    String launcher = attempt.launcher();
    StringBuilder words = new StringBuilder("run ").append(attempt.run());
    if (host != null) {
      words.append(" on ").append(host);
    }
    if (launcher != null) {
      words.append(" (").append(launcher).append(')');
    } else if (attempt.claimedBy() != null) {
      words.append(", claimed by ").append(attempt.claimedBy());
    }
    Attempt.Model model = attempt.model();
    if (model == null) {
      words.append(", the profile's model");
    } else {
      words.append(", model '").append(model.name()).append('\'');
    }
    if (attempt.pid() != null) {
      words.append(", pid ").append(attempt.pid());
    }
    return words.toString();
  }

  /** How a run ended, but for its kind. */
  public String ending(Ending ending) {
    StringBuilder words = new StringBuilder();
    if (ending.seconds() != null) {
      words.append("after ").append(ending.seconds()).append(" s");
    }
    if (ending.exitCode() != null) {
      words.append(", exit code ").append(ending.exitCode());
    }
    if (ending.signal() != null) {
      words.append(", signal ").append(ending.signal());
    }
    if (ending.failure() != null) {
      words.append(", class ").append(ending.failure().name().toLowerCase(Locale.ROOT));
    }
    if (ending.error() != null) {
      words.append(words.isEmpty() ? "" : ": ").append(ending.error());
    }
    return words.indexOf(", ") == 0 ? words.substring(2) : words.toString();
  }

  /** What was decided, by whom and why. */
  public String decision(DecisionTold decision) {
    StringBuilder words = new StringBuilder("by ").append(who(decision)).append(": ");
    words.append(decision.reason());
    Integer limit = decision.limit();
    if (limit != null && decision.by().equals("hermes")) {
      words.append(" (failure %d, limit %d of the %s)"
          .formatted(decision.count(), limit, decision.limitSource()));
    }
    if (decision.notBefore() != null) {
      words.append("; not before ").append(Times.stamp(decision.notBefore(), zone));
    }
    if (decision.state() == State.WAITING) {
      words.append(" [not carried out yet]");
    } else if (decision.state() == State.OVERTAKEN) {
      words.append(" [not carried out: something else came first]");
    }
    return words.toString();
  }

  /** What an act says, and what it made of the task's status. */
  public String act(Act act) {
    String status = act.status();
    boolean said = status == null || act.kind().equals("created");
    return act.words() + (said ? "" : act.words().isEmpty() ? "now " + status : "; now " + status);
  }

  private static String who(DecisionTold decision) {
    return decision.by().equals("hermes") ? "hermes's rules" : "the " + decision.by();
  }

  /** An action as people write it. */
  public static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
