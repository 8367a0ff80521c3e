package dev.talaria.dispatcher.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.LauncherKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who could take a task, and why nobody could. */
class PlacementTest {
  private static final LauncherKey A = new LauncherKey("alpha", "main");
  private static final LauncherKey B = new LauncherKey("beta", "main");
  private static final LauncherKey C = new LauncherKey("gamma", "main");
  private static final Needs PLAIN = new Needs("coder", Map.of(), "scratch", null);
  private static final Needs GPU = new Needs("coder", Map.of("gpu", "true"), "scratch", null);
  private static final Needs REPO = new Needs("coder", Map.of(), "worktree", "/srv/repos/x");

  private static Candidate launcher(
      LauncherKey key, Map<String, String> labels, List<Path> places, Map<String, Integer> free) {
    return new Candidate(key, key.host().equals("alpha"), labels, places, free, Map.of(), null);
  }

  private static Candidate at(LauncherKey key, int free) {
    return launcher(key, Map.of(), List.of(), Map.of("coder", free));
  }

  @Test
  void shouldNameThoseThatCouldStartItWithMostFreeSlotsFirst() {
    assertThat(Placement.of(PLAIN, List.of(at(A, 1), at(B, 3), at(C, 0))))
        .isEqualTo(new Placement.Startable(List.of(B, A)));
    assertThat(Placement.of(PLAIN, List.of(at(C, 0), at(A, 0))))
        .isEqualTo(new Placement.AllBusy(List.of(A, C)));
  }

  @Test
  void shouldSayWhichLabelsAreMissing() {
    var wrong = launcher(B, Map.of("gpu", "false"), List.of(), Map.of("coder", 1));
    assertThat(Placement.of(GPU, List.of(at(A, 1), wrong)))
        .isEqualTo(
            new Placement.NoLabels(Map.of(A, Map.of("gpu", "true"), B, Map.of("gpu", "true"))));
    var right = launcher(C, Map.of("gpu", "true", "arch", "x86"), List.of(), Map.of("coder", 1));
    assertThat(Placement.of(GPU, List.of(at(A, 1), wrong, right)))
        .isEqualTo(new Placement.Startable(List.of(C)));
  }

  @Test
  void shouldSayThatTheLaneIsNotServedAndWhy() {
    var faulty = new Candidate(
        B, false, Map.of(), List.of(), Map.of("tester", 1), Map.of("coder", "no such file"), null);
    assertThat(Placement.of(PLAIN, List.of(faulty)))
        .isEqualTo(new Placement.NotServed(Map.of(B, "no such file")));
    assertThat(Placement.of(PLAIN, List.of())).isEqualTo(new Placement.NotServed(Map.of()));
  }

  @Test
  void shouldSayWhoDrainsIt() {
    var drained =
        new Candidate(B, false, Map.of(), List.of(), Map.of("coder", 1), Map.of(), "olga");
    assertThat(Placement.of(PLAIN, List.of(drained)))
        .isEqualTo(new Placement.AllDraining(Map.of(B, "olga")));
  }

  @Test
  void shouldKeepDirectoriesToTheBoardsHostUnlessAnotherAnnouncesThePlace() {
    assertThat(Placement.of(REPO, List.of(at(B, 1))))
        .isEqualTo(new Placement.NoPlace("/srv/repos/x"));
    assertThat(Placement.of(REPO, List.of(at(B, 1), at(A, 1))))
        .isEqualTo(new Placement.Startable(List.of(A)));
    assertThat(Placement.of(REPO, List.of(at(B, 1), at(A, 0))))
        .isEqualTo(new Placement.AllBusy(List.of(A)));
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/repos, true",
    "/srv/repos/x/y, true",
    "/srv/./repos//x, true",
    "/srv/repositories, false",
    "/srv, false",
    "/srv/repos/../secret, false",
    "/srv/repos/x/../../repos/y, false",
    "~/repos, false",
    "repos/x, false",
    ", false"
  })
  void shouldTakeOnlyWhatLiesInAPlace(String path, boolean fits) {
    var candidate = launcher(B, Map.of(), List.of(Path.of("/srv/repos")), Map.of("coder", 1));
    Fit fit = candidate.fit(new Needs("coder", Map.of(), "dir", path));
    assertThat(fit).isEqualTo(fits ? new Fit.Now() : new Fit.LacksPlace(path));
  }
}
