package dev.talaria.protocol.message;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.Prices;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.UsedUp;
import dev.talaria.protocol.policy.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One built instance for each golden file, by the file's name without its ending. */
final class Samples {
  private static final Wire WIRE = new Wire();
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final RunKey RUN = BOARD.task("t_ab12cd34").run(7);
  private static final LauncherKey ASKER = LauncherKey.parse("beta/launcher/main");
  private static final CallerKey CALLER = CallerKey.parse("beta/cli/5c2e90ab17d4");
  private static final Lane LANE = Lane.of("coder");
  private static final long SECONDS = 1_790_000_000L;
  private static final long MILLIS = SECONDS * 1_000;

  private Samples() {}

  static Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    transitions(all);
    all.put("offer", new Offer(BOARD, LANE, "t_ab12cd34", MILLIS));
    all.put(
        "relay-cursor",
        new RelayCursor(
            BOARD, 1, 118, "9b2f61c07d3e4a58b6f0c1d2", 7, 12, "kHw3pYqLQ1mZ8m4n0s2b7A", 4_211));
    all.put(
        "dead-letter",
        DeadLetter.of(
            "talaria.commands",
            3,
            4_711,
            "not a BoardCommand: Unexpected end-of-input",
            "alpha/default",
            "{\"kind\":".getBytes(StandardCharsets.UTF_8),
            MILLIS));
    all.put(
        "dead-letter-resent",
        new DeadLetterAct(
            DeadLetterAct.Act.RESENT,
            17,
            "talaria.commands",
            3,
            4_711,
            "5d41402abc4b2a76",
            "ann",
            "alpha",
            "the launcher was upgraded",
            MILLIS,
            4_720L,
            1));
    all.put(
        "dead-letter-dropped",
        new DeadLetterAct(
            DeadLetterAct.Act.DROPPED,
            17,
            "talaria.commands",
            3,
            4_711,
            "5d41402abc4b2a76",
            "ann",
            "alpha",
            null,
            MILLIS,
            null,
            null));
    all.put(
        "standing-order-pause",
        new StandingOrder(
            StandingOrder.Act.PAUSE,
            StandingOrder.Scope.ALL,
            null,
            "anna",
            "the provider is down",
            MILLIS,
            null));
    all.put(
        "standing-order-drain",
        new StandingOrder(
            StandingOrder.Act.DRAIN,
            StandingOrder.Scope.LAUNCHER,
            "beta/launcher/main",
            "anna",
            "new kernel",
            MILLIS,
            MILLIS + 600_000));
    incidents(all);
    commands(all);
    replies(all);
    presence(all);
    decisions(all);
    fleet(all);
    all.put(
        "task-history",
        new TaskHistory(3, 1, 1, 2, 4, SECONDS, true, 1, 118, new Burn(8, 5_400, 12_250_000)));
    all.put("retry-policy", policy().withBudget(budget()));
    return all;
  }

  private static Budget budget() {
    return new Budget(
        new Budget.Bounds(10L, 7_200L, 5.0),
        new Budget.LaneBounds(200L, 36_000L, 40.0, 86_400),
        null,
        new Prices(Map.of("", 0.05, "opus", 0.4)));
  }

  private static void fleet(Map<String, Object> all) {
    all.put(
        "fleet-statuses",
        new FleetTable.Statuses(
            BOARD,
            List.of(
                new FleetTable.OfStatus(
                    "coder", "blocked", 3, 2L, SECONDS - 7_200, SECONDS - 3_000),
                new FleetTable.OfStatus("coder", "running", 2, null, SECONDS - 60, SECONDS - 40),
                new FleetTable.OfStatus(
                    "none", "todo", 14, null, SECONDS - 9_000, SECONDS - 8_000)),
            MILLIS));
    all.put(
        "fleet-attempts",
        new FleetTable.Attempts(
            BOARD,
            List.of(
                new FleetTable.OfLane("coder", List.of(0L, 2L, 1L, 2L)),
                new FleetTable.OfLane("none", List.of(14L))),
            MILLIS));
    all.put(
        "fleet-times",
        new FleetTable.Times(
            BOARD,
            List.of(
                new FleetTable.OfStay("coder", "ready", 41, 1_230),
                new FleetTable.OfStay("coder", "running", 38, 9_120)),
            MILLIS));
    all.put(
        "fleet-completed",
        new FleetTable.Completed(
            BOARD, List.of(new FleetTable.OfDay("coder", "2026-09-21", 31, 36)), MILLIS));
    all.put(
        "fleet-stranded",
        new FleetTable.Stranded(
            BOARD,
            10_014,
            5,
            List.of(new FleetTable.InLane("coder", 10_000), new FleetTable.InLane("none", 14)),
            List.of(
                new FleetTable.Behind(
                    "t_ab12cd34", "coder", true, SECONDS - 7_200, 10_000, 5, Boolean.TRUE),
                new FleetTable.Behind("t_5e6f7a8b", "coder", false, SECONDS - 300, 14, 2, null)),
            Boolean.TRUE,
            MILLIS));
  }

  static RetryPolicy policy() {
    return new RetryPolicy(
        3,
        LimitSource.BOARD,
        new Ladder(Map.of("", "sonnet", "sonnet", "opus")),
        true,
        new Backoff(10, 2.0, 600),
        RetryPolicy.SilentExit.BLOCK,
        new RetryPolicy.RateLimit(60, 10, 21_600),
        10,
        new RetryPolicy.Systemic(3, 300, 900L, true, 300L));
  }

  private static void transitions(Map<String, Object> all) {
    all.put(
        "transition-image",
        new Transition(
            BOARD,
            1,
            117,
            "t_ab12cd34",
            7L,
            "claimed",
            SECONDS,
            "running",
            object("{'lock':'beta:4100:main','expires':1790000900,'run_id':7}"),
            new Transition.Image(
                object("{'id':'t_ab12cd34','title':'Write the release notes','body':'For 1.4 ...',"
                    + "'assignee':'coder','status':'running','priority':5,'max_retries':null,"
                    + "'consecutive_failures':0,'current_run_id':7}"),
                object(
                    "{'id':7,'task_id':'t_ab12cd34','status':'running','started_at':1790000000}"),
                WIRE.mapper().createArrayNode().add("t_00c0ffee"),
                object("{'task.body':48213}")),
            null));
    all.put(
        "transition-failed",
        new Transition(
            BOARD,
            1,
            118,
            "t_ab12cd34",
            7L,
            "crashed",
            SECONDS + 42,
            "ready",
            object("{'pid':4242,'ending':'exited','exit_kind':'nonzero_exit','exit_code':1,"
                    + "'seconds':42,'model':'haiku','error':'pid 4242 exited with code 1',"
                    + "'claimer':'beta:4100:main','launcher':'beta/launcher/main','class':'task','lane':'coder',"
                    + "'log_tail':'connection refused by /run/model.sock\\n',"
                    + "'fingerprint':'crashed: connection refused by <path>',"
                    + "'decision_pending':true}")
                .set("policy", read(policy())),
            null,
            null));
    all.put(
        "transition-decided",
        new Transition(
            BOARD,
            1,
            119,
            "t_ab12cd34",
            7L,
            "decided",
            SECONDS + 43,
            null,
            object("{'by':'topology','action':'retry','count':1,'limit':3,'source':'board','run':7,"
                    + "'reason':'crashed: failure 1 of 3 (limit of the board): try again'}")
                .set("history", read(new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, 118))),
            null,
            null));
    all.put(
        "transition-backfill",
        new Transition(
            BOARD,
            2,
            3,
            "t_ab12cd34",
            null,
            "created",
            SECONDS - 600,
            "ready",
            object("{'status':'ready','assignee':'coder'}"),
            null,
            true));
  }

  private static void incidents(Map<String, Object> all) {
    String print = "crashed: modulenotfounderror: no module named 'tomllib'";
    Incident open = Incident.opened(
            Incident.id(Incident.key(BOARD, "coder", print), 1, 118),
            BOARD,
            "coder",
            print,
            SECONDS)
        .with(failed("t_00c0ffee", 3, "haiku", "beta"), true)
        .with(failed("t_11111111", 40, "haiku", "gamma"), true)
        .with(failed("t_ab12cd34", 42, "sonnet", "beta"), true)
        .pausedUntil(SECONDS + 342)
        .probed(new Incident.Probe("t_22222222", 19, SECONDS + 343));
    all.put("incident-open", open);
    all.put("incident-closed", open.closed(SECONDS + 420, "its probe t_22222222 completed"));
    all.put(
        "transition-incident-probe",
        new Transition(
            BOARD,
            1,
            131,
            "t_22222222",
            19L,
            "incident_probe",
            SECONDS + 343,
            null,
            object("{'incident':'" + open.id() + "','lane':'coder'}").put("fingerprint", print),
            null,
            null));
    all.put(
        "transition-incident-closed",
        new Transition(
            BOARD,
            1,
            140,
            "t_ab12cd34",
            null,
            "incident_closed",
            SECONDS + 400,
            null,
            object("{'incident':'" + open.id() + "','lane':'coder'}")
                .put("fingerprint", print)
                .put("by", "anna")
                .put("reason", "Python is up to date again"),
            null,
            null));
  }

  private static Incident.Failure failed(String task, long after, String model, String host) {
    return new Incident.Failure(
        task,
        SECONDS + after,
        model,
        host,
        "  File \"/srv/work/notes/run.py\", line 3, in <module>\n"
            + "ModuleNotFoundError: No module named 'tomllib'\n");
  }

  private static void commands(Map<String, Object> all) {
    all.put(
        "claim",
        new BoardCommand.Claim(
            "beta/launcher/main/5/claim/91",
            ASKER,
            5,
            "9f3c2a71",
            LANE,
            3,
            1,
            Map.of("zone", "eu")));
    all.put(
        "started",
        new BoardCommand.Started(
            RUN + "/started/1", ASKER, RUN, 4_242, MILLIS, "/home/ann/notes", "sonnet"));
    all.put(
        "exited",
        new BoardCommand.Exited(
            RUN + "/exited/1",
            ASKER,
            RUN,
            BoardCommand.Ending.EXITED,
            1,
            null,
            FailureClass.TASK,
            "pid 4242 exited with code 1",
            "connection refused by /run/model.sock\n",
            null,
            null,
            "haiku",
            4_242L,
            MILLIS,
            42));
    all.put(
        "exited-signaled",
        new BoardCommand.Exited(
            RUN + "/exited/1",
            ASKER,
            RUN,
            BoardCommand.Ending.SIGNALED,
            null,
            9,
            FailureClass.TASK,
            "pid 4242 killed by signal 9",
            null,
            null,
            null,
            null,
            4_242L,
            MILLIS,
            42));
    all.put(
        "exited-success",
        new BoardCommand.Exited(
            RUN + "/exited/1",
            ASKER,
            RUN,
            BoardCommand.Ending.EXITED,
            0,
            null,
            null,
            null,
            "done\n",
            "done",
            object("{'files':['NOTES.md']}"),
            null,
            4_242L,
            MILLIS,
            42));
    all.put(
        "never-started",
        new BoardCommand.NeverStarted(
            RUN + "/never_started/1", ASKER, RUN, "no free slot: 3 of 3 busy"));
    all.put(
        "heartbeat",
        new BoardCommand.Heartbeat(RUN + "/heartbeat/4", ASKER, RUN, "running the tests"));
    all.put(
        "comment",
        new BoardCommand.Comment(
            RUN + "/comment/2", ASKER, RUN, "t_00c0ffee", "coder", "The API moved to /v2."));
    all.put(
        "complete",
        new BoardCommand.Complete(
            RUN + "/complete/5",
            ASKER,
            RUN,
            "Release notes are in NOTES.md.",
            "Wrote the release notes",
            object("{'changed_files':['NOTES.md']}"),
            List.of("t_11111111")));
    all.put(
        "block",
        new BoardCommand.Block(
            RUN + "/block/5",
            ASKER,
            RUN,
            "Which version is this for?",
            "BLOCKED: Which version is this for?"));
    all.put(
        "create",
        new BoardCommand.Create(
            RUN + "/create/3",
            ASKER,
            RUN,
            object("{'title':'Check the links','assignee':'reviewer','parents':['t_ab12cd34']}")));
    all.put("log-chunk", new LogChunk(RUN, 131072, 22, "now the second chapter", 4096));
    all.put("link", new BoardCommand.Link(RUN + "/link/6", ASKER, RUN, "t_ab12cd34", "t_11111111"));
    all.put(
        "verb",
        new BoardCommand.Verb(
            "c-7f3a9d0c51e2",
            CALLER,
            List.of("complete", "t_ab12cd34", "--summary", "Written by hand"),
            "ann",
            Map.of("HERMES_KANBAN_CLAIM_TTL_SECONDS", "600"),
            true,
            120,
            true,
            "Europe/Paris",
            1_790_000_060_000L));
  }

  private static void replies(Map<String, Object> all) {
    all.put(
        "grant",
        new Reply.Grant(
            ASKER,
            5,
            "9f3c2a71",
            "beta/launcher/main/5/claim/91",
            RUN,
            LANE,
            "beta:4100:main",
            object("{'id':'t_ab12cd34','title':'Write the release notes','assignee':'coder',"
                + "'workspace_kind':'scratch'}"),
            "# Task t_ab12cd34: Write the release notes\n",
            new Reply.BoardPlace(
                "alpha",
                "/home/ann/.hermes",
                "/home/ann/.hermes/kanban.db",
                "default",
                "/home/ann/.hermes/kanban/workspaces",
                "/home/ann/.hermes/kanban/logs/t_ab12cd34.log"),
            object("{'task_id':'t_ab12cd34','tables':{'tasks':[{'id':'t_ab12cd34',"
                + "'title':'Write the release notes','status':'running'}],'task_comments':[]},"
                + "'omitted':{'comments':0}}")));
    all.put(
        "claim-answered", new Reply.ClaimAnswered(ASKER, 5, "beta/launcher/main/5/claim/91", 1));
    all.put("settled", new Reply.Settled(ASKER, List.of(RUN + "/started/1", RUN + "/exited/1")));
    all.put(
        "verb-done", new Reply.VerbDone(CALLER, "c-7f3a9d0c51e2", 0, "Completed t_ab12cd34\n", ""));
    all.put(
        "revoke", new Reply.Revoke(ASKER, 5, RUN, "paused: nothing starts until it is resumed"));
    all.put("stop", new Reply.Stop(ASKER, RUN, "ada stopped the task"));
    all.put(
        "answer-done",
        new Reply.Answer(
            ASKER,
            RUN + "/create/3",
            true,
            null,
            object("{'task_id':'t_11111111','status':'todo'}")));
    all.put(
        "answer-refused",
        new Reply.Answer(
            ASKER,
            RUN + "/complete/5",
            false,
            "Run 7 of task t_ab12cd34 is not its current run any more, so it cannot change the"
                + " board. Stop working on it.",
            null));
    all.put("part", new Reply.Part(ASKER, RUN + "/grant", 0, 2, "eyJ2IjoxLCJraW5kIjoiZ3JhbnQi"));
  }

  private static void presence(Map<String, Object> all) {
    all.put(
        "presence-launcher",
        new Presence.LauncherBeat(
            ASKER,
            "9f3c2a71",
            5,
            MILLIS,
            4,
            3,
            List.of(LANE, Lane.of("reviewer")),
            List.of(RUN),
            Map.of("zone", "eu"),
            "0.1.0",
            "1b7d90e4",
            false,
            MILLIS + 3_000,
            new Presence.Standing(
                Map.of(LANE.name(), 2),
                Map.of("painter", "its command 'paint' is not there"),
                List.of("/srv/repos"),
                new Presence.Drain("ada", "new disk", MILLIS, MILLIS + 600_000, null),
                MILLIS + 60_000)));
    all.put(
        "presence-dispatcher",
        new Presence.DispatcherBeat(
            "alpha", "c4e8a2d0", MILLIS, List.of(BOARD), "0.1.0", true, MILLIS + 3_000));
  }

  private static void decisions(Map<String, Object> all) {
    TaskHistory once = new TaskHistory(1, 1, 0, 0, 0, 0, false, 1, 118);
    all.put(
        "decision-retry",
        decision(new Verdict(
            Verdict.Action.RETRY,
            null,
            null,
            1,
            3,
            LimitSource.BOARD,
            "crashed: failure 1 of 3 (limit of the board): try again",
            SECONDS + 52,
            once)));
    all.put(
        "decision-escalate",
        decision(new Verdict(
            Verdict.Action.ESCALATE,
            "sonnet",
            "",
            1,
            3,
            LimitSource.TASK,
            "crashed: failure 1 of 3 (limit of the task): go on with 'sonnet' instead of the"
                + " profile's default model",
            null,
            new TaskHistory(1, 0, 0, 1, 0, 0, false, 1, 118))));
    all.put(
        "decision-give-up",
        decision(new Verdict(
            Verdict.Action.GIVE_UP,
            null,
            null,
            2,
            2,
            LimitSource.DEFAULT,
            "crashed: failure 2 of 2 (limit of the default): given up",
            null,
            new TaskHistory(2, 2, 0, 0, 0, 0, true, 1, 118))));
    all.put(
        "decision-block",
        decision(new Verdict(
            Verdict.Action.BLOCK,
            null,
            null,
            0,
            2,
            LimitSource.DEFAULT,
            "the worker exited with 0 and had neither completed nor blocked its task",
            null,
            new TaskHistory(0, 0, 1, 0, 0, 0, false, 1, 118))));
    all.put(
        "decision-budget",
        decision(new Verdict(
            Verdict.Action.BLOCK,
            null,
            null,
            4,
            9,
            LimitSource.BOARD,
            "crashed: the budget of lane 'coder' is used up: 36040 of 36000 s of failed runs in 24 h",
            null,
            new TaskHistory(4, 4, 0, 0, 0, 0, false, 1, 118, new Burn(4, 2_600, 2_166_667)),
            new UsedUp(
                UsedUp.Scope.LANE, "coder", UsedUp.Bound.SECONDS, 36_040, 36_000, 86_400L))));
  }

  private static Decision decision(Verdict verdict) {
    return new Decision(RUN, 1, 118, "topology", verdict, MILLIS + 42_500);
  }

  /** As a reader gets it: a tree that is built from a record holds longs where a tree that was read holds ints. */
  private static ObjectNode read(Object value) {
    return object(WIRE.tree(value).toString());
  }

  /** JSON with single quotes. */
  private static ObjectNode object(String json) {
    ObjectNode object = WIRE.objectOrNull(json.replace('\'', '"'));
    if (object == null) {
      throw new IllegalArgumentException("not an object: " + json);
    }
    return object;
  }
}
