package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** stats, assignees and the notify verbs. */
class AroundVerbsTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldCountTasks() {
    String done = cli.create("done", "--assignee", "coder");
    cli.run("complete", done);
    cli.create("open", "--assignee", "coder");

    JsonNode stats = cli.run("stats", "--json").json();

    assertThat(stats.fieldNames())
        .toIterable()
        .containsExactly("by_status", "by_assignee", "oldest_ready_age_seconds", "now");
    assertThat(stats.at("/by_status/done").asInt()).isEqualTo(1);
    assertThat(stats.at("/by_assignee/coder/ready").asInt()).isEqualTo(1);
    assertThat(stats.get("oldest_ready_age_seconds").asInt()).isZero();
    assertThat(cli.run("stats").out()).contains("done", "1 ready", "created 0s ago");
  }

  @Test
  void shouldSayThatABoardIsEmpty() {
    CliRig.Result result = cli.run("stats");

    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEqualTo("No tasks.\n");
    assertThat(cli.run("stats", "--json").json().get("oldest_ready_age_seconds").isNull())
        .isTrue();
  }

  @Test
  void shouldListAssigneesOfBoardAndDisk() throws IOException {
    Files.createDirectories(home.resolve("profiles/writer"));
    Files.createDirectories(home.resolve("profiles/Not A Profile"));
    cli.create("task", "--assignee", "lane");

    JsonNode assignees = cli.run("assignees", "--json").json();

    assertThat(assignees.findValuesAsText("name")).containsExactly("default", "lane", "writer");
    assertThat(assignees.findValuesAsText("on_disk")).containsExactly("true", "false", "true");
    assertThat(assignees.at("/1/counts/ready").asInt()).isEqualTo(1);
    assertThat(cli.run("assignees").out()).contains("writer", "1 ready");
  }

  @Test
  void shouldSubscribeListAndUnsubscribe() {
    String id = cli.create("task");
    String[] key = {id, "--platform", "telegram", "--chat-id", "42", "--thread-id", "7"};

    CliRig.Result added = run("notify-subscribe", key, "--user-id", "u", "--notifier-profile", "p");

    assertThat(added.out())
        .isEqualTo("Subscribed to %s on telegram, chat 42, thread 7\n".formatted(id));
    assertThat(run("notify-subscribe", key).out()).startsWith("Subscribed already to ");
    JsonNode rows = cli.run("notify-list", id, "--json").json();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "task_id",
            "platform",
            "chat_id",
            "thread_id",
            "user_id",
            "notifier_profile",
            "created_at",
            "last_event_id");
    assertThat(rows.at("/0/last_event_id").asLong()).as("nothing of the past").isPositive();
    assertThat(cli.run("notify-list").out()).contains("telegram", "42");
    assertThat(run("notify-unsubscribe", key).exit()).isZero();
    assertThat(run("notify-unsubscribe", key).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("notify-list").err()).isEqualTo("No subscriptions.\n");
  }

  private CliRig.Result run(String verb, String[] key, String... more) {
    String[] args = new String[1 + key.length + more.length];
    args[0] = verb;
    System.arraycopy(key, 0, args, 1, key.length);
    System.arraycopy(more, 0, args, 1 + key.length, more.length);
    return cli.run(args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t_nope", "-", "../../etc", "t_\u0000", "😀"})
  void shouldRefuseASubscriptionToAnUnknownTask(String id) {
    CliRig.Result result =
        cli.run("notify-subscribe", "--platform", "telegram", "--chat-id", "42", "--", id);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("is not on this board");
    assertThat(cli.run("notify-list", "--json").json()).isEmpty();
  }

  @Test
  void shouldRefuseABlankChatAndAMissingPlatform() {
    String id = cli.create("task");

    assertThat(
            cli.run("notify-subscribe", id, "--platform", "x", "--chat-id", " ").exit())
        .isEqualTo(Exit.FAILED);
    assertThat(cli.run("notify-subscribe", id, "--chat-id", "1").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("notify-unsubscribe", id).exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("notify-list", "--json").json()).isEmpty();
  }
}
