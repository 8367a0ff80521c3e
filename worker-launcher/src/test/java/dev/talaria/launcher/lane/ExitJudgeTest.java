package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.process.WorkerExit;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.policy.FailureClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitJudgeTest {
  @TempDir
  Path workspace;

  static Stream<Arguments> exits() {
    WorkerExit zero = new WorkerExit.Code(0);
    return Stream.of(
        Arguments.of(LaneMode.EXIT_CODE, zero, null, "", Ending.EXITED, null, null),
        Arguments.of(
            LaneMode.PROTOCOL,
            zero,
            null,
            "",
            Ending.EXITED,
            FailureClass.PROTOCOL,
            "pid 5 exited with code 0 without kanban_complete or kanban_block: protocol violation"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.Code(3),
            null,
            "",
            Ending.EXITED,
            FailureClass.TASK,
            "pid 5 exited with code 3"),
        Arguments.of(
            LaneMode.PROTOCOL,
            new WorkerExit.Code(75),
            null,
            "",
            Ending.EXITED,
            FailureClass.PROVIDER,
            "pid 5 was rate limited (exit code 75)"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.Code(1),
            null,
            "Claude AI usage limit reached|17",
            Ending.EXITED,
            FailureClass.PROVIDER,
            "pid 5 was rate limited (exit code 1)"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.SignalOrCode(137),
            null,
            "",
            Ending.SIGNALED,
            FailureClass.TASK,
            "pid 5 ended by signal 9 or with exit code 137"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.Signal(9),
            StopReason.TIMED_OUT,
            "",
            Ending.TIMED_OUT,
            FailureClass.TASK,
            "pid 5 stopped after 60 s: its time limit was reached; killed by signal 9"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            zero,
            StopReason.OPERATOR,
            "",
            Ending.STOPPED,
            FailureClass.LOST,
            "pid 5 stopped after 60 s: an operator stopped it"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.NotStarted("log"),
            null,
            "",
            Ending.SPAWN_FAILED,
            FailureClass.INFRA,
            "pid 5 not started: its log cannot be used"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.Unknown(true),
            null,
            "",
            Ending.UNKNOWN,
            FailureClass.LOST,
            "pid 5 gone without an exit status: its host was restarted"),
        Arguments.of(
            LaneMode.EXIT_CODE,
            new WorkerExit.Unknown(false),
            null,
            "",
            Ending.UNKNOWN,
            FailureClass.TASK,
            "pid 5 gone without an exit status: its recording shell was killed too"));
  }

  @ParameterizedTest
  @MethodSource("exits")
  void shouldJudge(
      LaneMode mode,
      WorkerExit exit,
      @Nullable StopReason stop,
      String tail,
      Ending ending,
      @Nullable FailureClass failure,
      @Nullable String error) {
    ExitJudge judge = new ExitJudge(mode, LanePreset.of("claude").rateLimits());

    ExitJudge.Judgement judgement = judge.judge(exit, stop, 5L, 60, tail);

    assertThat(judgement.ending()).isEqualTo(ending);
    assertThat(judgement.failure()).isEqualTo(failure);
    assertThat(judgement.error()).isEqualTo(error);
  }

  @Test
  void shouldTakeTheResultFile() throws Exception {
    write("{\"summary\": \"done\", \"metadata\": {\"n\": 1}, \"more\": 2}");

    LaneResult result = LaneResult.read(workspace, 0, "output\n");

    assertThat(result.summary()).isEqualTo("done");
    assertThat(result.metadata()).hasToString("{\"n\":1}");
    assertThat(result.problem()).isNull();
  }

  @Test
  void shouldTakeTheOutputWhereTheFileIsNoUse() throws Exception {
    assertThat(LaneResult.read(workspace, 0, " \n").summary()).isNull();
    assertThat(LaneResult.read(workspace, 0, "output\n"))
        .isEqualTo(new LaneResult("output", null, null));

    for (String bad :
        new String[] {"{", "[]", "{\"summary\": 1}", "{\"metadata\": []}", "x".repeat(300_000), ""
        }) {
      write(bad);
      LaneResult result = LaneResult.read(workspace, 0, "output\n");
      assertThat(result.summary()).isEqualTo("output");
      assertThat(result.problem()).contains("result.json");
    }
  }

  @Test
  void shouldNotTakeTheFileOfAnEarlierRun() throws Exception {
    write("{\"summary\": \"old\"}");
    Files.setLastModifiedTime(
        workspace.resolve("result.json"), FileTime.from(Instant.ofEpochSecond(1000)));

    assertThat(LaneResult.read(workspace, 1_100_000, "new").summary()).isEqualTo("new");
  }

  private void write(String text) throws Exception {
    Files.writeString(workspace.resolve("result.json"), text);
  }
}
