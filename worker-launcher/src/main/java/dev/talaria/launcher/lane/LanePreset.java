package dev.talaria.launcher.lane;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A kind of worker that is known here, so that a lane needs one word of configuration.
 *
 * @param command its command line
 * @param mode what exit 0 means
 * @param rateLimits what its output says when a provider refuses more work for now
 */
public record LanePreset(LaneCommand command, LaneMode mode, List<Pattern> rateLimits) {
  /** 75 is what a worker exits with to say "rate limited" (EX_TEMPFAIL). */
  public static final int RATE_LIMITED_EXIT = 75;

  private static final List<Pattern> NO_LIMITS = List.of();
  private static final String PROMPT =
      "Work on kanban task {task_id}: {title}. All that is known about it stands in the file {context_file}; read it"
          + " first. When you are done, end with a summary of what you did and found.";

  /** Looks a preset up; throws {@link IllegalArgumentException} with the known names for any other. */
  public static LanePreset of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "hermes" -> hermes(List.of("hermes"), false);
      case "claude" ->
        new LanePreset(
            LaneCommand.parse(List.of("claude", "-p", PROMPT, List.of("--model", "{model}"))),
            LaneMode.EXIT_CODE,
            List.of(
                pattern("usage limit reached"),
                pattern("rate_limit_error"),
                pattern("overloaded_error"),
                pattern("you've hit your .*limit")));
      case "codex" ->
        new LanePreset(
            LaneCommand.parse(List.of(
                "codex", "exec", "--skip-git-repo-check", List.of("-m", "{model}"), PROMPT)),
            LaneMode.EXIT_CODE,
            List.of(
                pattern("usage limit"),
                pattern("rate limit reached"),
                pattern("429 too many requests")));
      case "opencode" ->
        new LanePreset(
            LaneCommand.parse(List.of("opencode", "run", List.of("-m", "{model}"), PROMPT)),
            LaneMode.EXIT_CODE,
            List.of(pattern("rate limit"), pattern("429 too many requests")));
      default ->
        throw new IllegalArgumentException(
            "'%s' is not a preset; known are hermes, claude, codex, opencode.".formatted(name));
    };
  }

  /**
   * hermes itself, with the arguments of its own dispatcher.
   *
   * @param program how to call it: {@code HERMES_BIN}, or {@code [python, -m, hermes_cli.main]}
   * @param builtInSkill whether the worker's home has the skill {@code kanban-worker}
   */
  public static LanePreset hermes(List<String> program, boolean builtInSkill) {
    List<Object> template = new java.util.ArrayList<>(program);
    template.addAll(List.of("-p", "{profile}", "--accept-hooks"));
    if (builtInSkill) {
      template.addAll(List.of("--skills", "kanban-worker"));
    }
    template.addAll(List.of(
        List.of("--skills", "{skills}"),
        List.of("-m", "{model}"),
        "chat",
        "-q",
        "work kanban task {task_id}"));
    return new LanePreset(LaneCommand.parse(template), LaneMode.PROTOCOL, NO_LIMITS);
  }

  /** Any program: its exit code is its answer, and what it needs stands in its environment. */
  public static LanePreset script(List<?> command) {
    return new LanePreset(LaneCommand.parse(command), LaneMode.EXIT_CODE, NO_LIMITS);
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
