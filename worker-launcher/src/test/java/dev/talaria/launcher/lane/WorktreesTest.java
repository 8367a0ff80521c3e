package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.lane.Workspaces.Wanted;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.protocol.policy.FailureClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worktrees of a real repository, made by real git. */
class WorktreesTest {
  private Path root;
  private Path repository;
  private String workdir;
  private Workspaces workspaces;

  @BeforeEach
  void makeRepository(@TempDir Path directory) throws Exception {
    root = directory.toRealPath();
    repository = Files.createDirectory(root.resolve("my repo"));
    git(repository, "init", "-q", "-b", "main");
    Files.writeString(repository.resolve("README"), "hello");
    git(repository, "add", "README");
    git(
        repository,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-q",
        "-m",
        "first");
    workspaces = new Workspaces(root.resolve("hermes"), root, null, slug -> workdir);
  }

  @Test
  void shouldAddAWorktreeBelowTheRepositoryAndUseItAgain() throws Exception {
    Path worktree = worktree(repository.toString(), "t_1", null);

    assertThat(worktree).isEqualTo(repository.resolve(".worktrees/t_1"));
    assertThat(worktree.resolve("README")).hasContent("hello");
    assertThat(branchOf(worktree)).isEqualTo("wt/t_1");
    Files.writeString(worktree.resolve("half done"), "x");
    assertThat(worktree(repository.toString(), "t_1", null))
        .as("by the repository")
        .isEqualTo(worktree);
    assertThat(worktree(worktree.toString(), "t_1", null))
        .as("by its own path, as the board keeps it")
        .isEqualTo(worktree);
    assertThat(worktree.resolve("half done")).exists();
    assertThat(worktree(repository.toString(), "t_2", null)).isNotEqualTo(worktree);
  }

  @Test
  void shouldUseTheBoardsDefaultWorkdirWhereTheTaskNamesNoPath() throws Exception {
    workdir = repository.toString();
    assertThat(worktree(null, "t_1", null)).isEqualTo(repository.resolve(".worktrees/t_1"));
    assertThat(worktree(root.resolve("beside/t_2").toString(), "t_2", "feature/x"))
        .isEqualTo(root.resolve("beside/t_2"))
        .isDirectory();
    assertThat(branchOf(root.resolve("beside/t_2"))).isEqualTo("feature/x");
  }

  @Test
  void shouldAddItWhereThePathSaysAndOnABranchThatExists() throws Exception {
    git(repository, "branch", "topic");
    Path wanted = repository.resolve("trees/deep/here");
    assertThat(worktree(wanted.toString(), "t_1", "topic")).isEqualTo(wanted);
    assertThat(branchOf(wanted)).isEqualTo("topic");
  }

  @Test
  void shouldMakeItAgainWhenSomebodyRemovedTheDirectory() throws Exception {
    Path worktree = worktree(repository.toString(), "t_1", null);
    try (var files = Files.walk(worktree)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .forEach(file -> file.toFile().delete());
    }
    assertThat(worktree).doesNotExist();
    assertThat(worktree(repository.toString(), "t_1", null)).isEqualTo(worktree).isDirectory();
    assertThat(branchOf(worktree)).isEqualTo("wt/t_1");
  }

  @Test
  void shouldSayWhatGitRefuses() throws Exception {
    refusedByHost(
        () -> worktree(repository.toString(), "t_1", "main"),
        "on branch 'main': git says 'fatal: ");
    refusedByHost(
        () -> worktree(root.resolve("nowhere/t_1").toString(), "t_1", null),
        "is in no git repository");
    Path plain = Files.createDirectory(root.resolve("plain"));
    Files.writeString(plain.resolve("f"), "x");
    refusedByHost(() -> worktree(plain.toString(), "t_1", null), "is in no git repository");
    Path sub = Files.createDirectory(repository.resolve("src"));
    Files.writeString(sub.resolve("f"), "x");
    refusedByHost(() -> worktree(sub.toString(), "t_1", null), "is a directory of the repository");
    Files.createDirectories(repository.resolve(".worktrees/t_3"));
    Files.writeString(repository.resolve(".worktrees/t_3/f"), "x");
    refusedByHost(() -> worktree(repository.toString(), "t_3", null), "something else is there");
    Path empty = Files.createDirectory(root.resolve("empty"));
    git(empty, "init", "-q");
    refusedByHost(() -> worktree(empty.toString(), "t_1", null), "git says 'fatal: ");
  }

  @Test
  void shouldTakeABadBranchOrTaskIdForTheTasksFault() {
    for (String branch : new String[] {"-f", "a..b", "with blank", "--upload-pack=x"}) {
      assertThatThrownBy(() -> worktree(repository.toString(), "t_1", branch))
          .hasMessageContaining("cannot be the name of a branch")
          .extracting(e -> ((SpawnFailure) e).failureClass())
          .isEqualTo(FailureClass.TASK);
    }
    assertThatThrownBy(() -> worktree(repository.toString(), "../../out", null))
        .hasMessageContaining("cannot name a directory");
    assertThat(root.resolve("out")).doesNotExist();
  }

  @Test
  void shouldNotFollowLinks() throws Exception {
    Path outside = Files.createDirectory(root.resolve("outside"));
    Files.createSymbolicLink(repository.resolve(".worktrees"), outside);
    refusedByHost(() -> worktree(repository.toString(), "t_1", null), "symbolic link");
    Path link = Files.createSymbolicLink(root.resolve("link"), repository);
    refusedByHost(() -> worktree(link.toString(), "t_1", null), "symbolic link");
    assertThat(outside).isEmptyDirectory();
  }

  private static void refusedByHost(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOf(SpawnFailure.class)
        .hasMessageContaining(words)
        .extracting(e -> ((SpawnFailure) e).failureClass())
        .isEqualTo(FailureClass.INFRA);
  }

  private Path worktree(String path, String task, String branch) throws SpawnFailure {
    return workspaces.resolve(new Wanted("worktree", path, "default", task, branch));
  }

  private static String branchOf(Path worktree) throws IOException {
    return git(worktree, "symbolic-ref", "--short", "HEAD");
  }

  private static String git(Path directory, String... arguments) throws IOException {
    Git.Answer answer = Git.in(directory, arguments);
    assertThat(answer.done()).as(answer.output()).isTrue();
    return answer.output();
  }
}
