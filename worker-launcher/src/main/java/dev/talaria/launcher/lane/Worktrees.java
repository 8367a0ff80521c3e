package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.SpawnFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes git worktrees for tasks: each task has one, on a branch of its own, which its retries use again. Nothing of a
 * repository is ever removed here. Thread-safe; one worktree is added at a time, because git locks the repository anyway.
 */
final class Worktrees {
  private static final String BELOW = ".worktrees";
  private static final String MISSING_BUT_REGISTERED = "missing but already registered";

  /**
   * A repository as seen from a directory.
   *
   * @param gitDir of the directory's own working tree
   * @param commonDir shared by all its working trees
   * @param top the working tree's root; null in a bare repository
   */
  private record Repository(
      Path gitDir, Path commonDir, @Nullable Path top) {
    boolean isLinkedWorktree() {
      return !gitDir.equals(commonDir);
    }

    /** Where it is spoken to from. */
    Path place() {
      return top == null ? gitDir : top;
    }
  }

  /**
   * Finds or adds a task's worktree.
   *
   * @param given where it is to be, or the repository itself: then it lies in {@code .worktrees/<task>} below
   * @param branch the task's own, else {@code wt/<task>}
   * @param repositoryElsewhere the repository, where the path lies in none; null for nowhere else
   */
  synchronized Path of(
      Path given, String taskId, @Nullable String branch, @Nullable Path repositoryElsewhere)
      throws SpawnFailure {
    String wanted = branch == null ? "wt/" + taskId : branch;
    try {
      refuseLink(given);
      if (isFilled(given)) {
        return inside(given, taskId, wanted);
      }
      Path parent = nearestDirectory(given);
      Repository repository = look(parent);
      if (repository == null && repositoryElsewhere != null) {
        repository = isDirectory(repositoryElsewhere) ? look(repositoryElsewhere) : null;
      }
      if (repository == null) {
        throw SpawnFailure.ofHost(
            "Cannot make worktree '%s': '%s' is in no git repository. Give a path inside the repository, the repository itself, or set the board's default workdir to it."
                .formatted(given, parent));
      }
      return added(repository, given, wanted);
    } catch (IOException | UncheckedIOException e) {
      throw SpawnFailure.ofHost(
          "Cannot make worktree '%s': %s".formatted(given, e.getMessage()), e);
    }
  }

  private static Path inside(Path given, String taskId, String branch)
      throws IOException, SpawnFailure {
    Repository repository = look(given);
    if (repository == null) {
      throw SpawnFailure.ofHost(
          "Cannot use '%s' as a worktree: it is a directory that is in no git repository."
              .formatted(given));
    }
    if (!repository.place().equals(given.toRealPath())) {
      throw SpawnFailure.ofHost(
          "Cannot use '%s' as a worktree: it is a directory of the repository '%s'. Give that one, or a path that is not there yet."
              .formatted(given, repository.place()));
    }
    if (repository.isLinkedWorktree()) {
      return given; // of an earlier attempt, or made by a person for this task
    }
    Path below = given.resolve(BELOW);
    Path target = below.resolve(taskId).normalize();
    if (!below.equals(target.getParent())) {
      throw SpawnFailure.ofTask(
          "Cannot make a worktree: task id '%s' cannot name a directory.".formatted(taskId));
    }
    refuseLink(below);
    refuseLink(target);
    if (isFilled(target)) {
      Repository there = look(target);
      if (there != null
          && there.isLinkedWorktree()
          && there.place().equals(target.toRealPath())
          && there.commonDir().equals(repository.commonDir())) {
        return target;
      }
      throw SpawnFailure.ofHost(
          "Cannot make worktree '%s': something else is there already. Move it away."
              .formatted(target));
    }
    return added(repository, target, branch);
  }

  private static Path added(Repository repository, Path target, String branch)
      throws IOException, SpawnFailure {
    Path place = repository.place();
    if (branch.startsWith("-")
        || !Git.in(place, "check-ref-format", "--branch", branch).done()) {
      throw SpawnFailure.ofTask("Cannot make worktree '%s': '%s' cannot be the name of a branch."
          .formatted(target, branch));
    }
    Git.Answer answer = add(place, target, branch);
    if (!answer.done() && answer.output().contains(MISSING_BUT_REGISTERED)) {
      // somebody removed the directory without telling git; only such entries are pruned
      Git.in(place, "worktree", "prune");
      answer = add(place, target, branch);
    }
    if (!answer.done()) {
      throw SpawnFailure.ofHost("Cannot make worktree '%s' of '%s' on branch '%s': git says '%s'."
          .formatted(target, place, branch, answer.complaint()));
    }
    return target;
  }

  private static Git.Answer add(Path place, Path target, String branch) throws IOException {
    boolean exists = Git.in(place, "rev-parse", "--verify", "--quiet", "refs/heads/" + branch)
        .done();
    return exists
        ? Git.in(place, "worktree", "add", target.toString(), branch)
        : Git.in(place, "worktree", "add", "-b", branch, target.toString());
  }

  private static @Nullable Repository look(Path directory) throws IOException {
    Git.Answer dirs = Git.in(
        directory,
        "rev-parse",
        "--path-format=absolute",
        "--git-dir",
        "--git-common-dir",
        "--is-inside-work-tree");
    if (!dirs.done()) {
      if (dirs.output().contains("not a git repository")) {
        return null;
      }
      throw new IOException("git says '%s'".formatted(dirs.complaint()));
    }
    List<String> lines = dirs.lines();
    Path top = null;
    if (Boolean.parseBoolean(lines.get(2))) {
      Git.Answer toplevel = Git.in(directory, "rev-parse", "--show-toplevel");
      top = Path.of(toplevel.output()).toRealPath();
    }
    return new Repository(
        Path.of(lines.get(0)).toRealPath(), Path.of(lines.get(1)).toRealPath(), top);
  }

  private static Path nearestDirectory(Path path) {
    Path directory = path;
    while (!isDirectory(directory) && directory.getParent() != null) {
      directory = directory.getParent();
    }
    return directory;
  }

  private static boolean isFilled(Path path) throws IOException {
    if (!isDirectory(path)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return entries.iterator().hasNext();
    }
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  private static void refuseLink(Path path) throws SpawnFailure {
    if (Files.isSymbolicLink(path)) {
      throw SpawnFailure.ofHost(
          "Cannot make a worktree at '%s': it is a symbolic link. Give the path that it leads to."
              .formatted(path));
    }
  }
}
