package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.swarm.Swarm;
import dev.talaria.board.swarm.SwarmPlan;
import dev.talaria.board.swarm.SwarmWorker;
import dev.talaria.board.swarm.Swarms;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "swarm",
    footer = {
      "",
      "The workers start together; the verifier waits for all of them, the synthesizer for the verifier.",
      "Example: talaria swarm \"Which queue fits us?\" --worker reader:\"Read the docs\" --worker coder:\"Measure\":bench --verifier critic --synthesizer writer"
    })
public final class SwarmVerb extends BoardVerb {
  private static final int PARTS = 3;

  @Parameters(paramLabel = "GOAL", description = "What the swarm is to reach.")
  private String goal = "";

  @Option(
      names = "--worker",
      paramLabel = "PROFILE:TITLE[:SKILL,..]",
      description =
          "A worker: who, what, and skills to load. Give one option per worker, at least one.")
  private List<String> workers = List.of();

  @Option(
      names = "--verifier",
      paramLabel = "PROFILE",
      required = true,
      description = "Who checks what the workers did.")
  private String verifier = "";

  @Option(
      names = "--synthesizer",
      paramLabel = "PROFILE",
      required = true,
      description = "Who makes one result of it.")
  private String synthesizer = "";

  @Option(names = "--tenant", paramLabel = "NAME", description = "A namespace within the board.")
  private @Nullable String tenant;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "Of all its cards; higher goes first. Default: 0.")
  private long priority;

  @Option(
      names = "--created-by",
      paramLabel = "NAME",
      description = "Who creates it. Default: the worker's profile, else user.")
  private @Nullable String createdBy;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "If a swarm with this key exists, name that one and create nothing.")
  private @Nullable String idempotencyKey;

  @Option(names = "--json", description = "Print the ids as one JSON object.")
  private boolean json;

  public SwarmVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (workers.isEmpty()) {
      throw CliFailure.usage(
          "A swarm needs at least one --worker PROFILE:TITLE[:SKILL,..]; none is given.");
    }
    workers.forEach(SwarmVerb::worker);
    requireProfile("--verifier", verifier);
    requireProfile("--synthesizer", synthesizer);
  }

  private static void requireProfile(String option, String profile) {
    if (HermesText.isBlank(profile)) {
      throw CliFailure.usage("%s is blank; expected a profile.".formatted(option));
    }
  }

  /** Two colons divide: a title cannot hold one, as with hermes. */
  private static SwarmWorker worker(String text) {
    String[] parts = text.split(":", PARTS);
    String profile = HermesText.strip(parts[0]);
    String title = parts.length < 2 ? "" : HermesText.strip(parts[1]);
    if (profile.isEmpty() || title.isEmpty()) {
      throw CliFailure.usage(
          "--worker is '%s'; expected PROFILE:TITLE or PROFILE:TITLE:SKILL,SKILL.".formatted(text));
    }
    List<String> skills = parts.length < PARTS
        ? List.of()
        : Arrays.stream(parts[2].split(",", -1))
            .map(HermesText::strip)
            .filter(skill -> !skill.isEmpty())
            .toList();
    return new SwarmWorker(profile, title, skills);
  }

  @Override
  int run(Board board) {
    SwarmPlan plan = SwarmPlan.of(
            goal,
            workers.stream().map(SwarmVerb::worker).toList(),
            verifier,
            synthesizer,
            createdBy == null ? session.author() : createdBy)
        .withTenant(tenant)
        .withPriority(priority)
        .withIdempotencyKey(idempotencyKey);
    var swarms = new Swarms(
        new TaskCreation(Skills.hermesToolsets(), null),
        new Completions(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT)));
    Swarm swarm = board.write(tx -> swarms.create(tx, plan));
    if (json) {
      say(JsonOut.indented(swarm.ids()));
    } else {
      tell(swarm);
    }
    return Exit.DONE;
  }

  private void tell(Swarm swarm) {
    say("%s swarm %s", swarm.created() ? "Created" : "Found", swarm.rootId());
    say("  workers      %s", String.join(" ", swarm.workerIds()));
    say("  verifier     %s", swarm.verifierId());
    say("  synthesizer  %s", swarm.synthesizerId());
  }
}
