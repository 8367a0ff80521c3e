package dev.talaria.board.home;

import dev.talaria.board.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shared root and the boards under it (contract 1.1 to 1.4). Finding a board opens no database; a board counts as
 * existing when its directory holds {@code board.json} or {@code kanban.db}.
 */
public final class BoardHome {
  private static final String DATABASE = "kanban.db";
  private static final String METADATA = "board.json";

  private final Path root;
  private final Path userHome;
  private final Map<String, String> environment;

  private BoardHome(Path root, Path userHome, Map<String, String> environment) {
    this.root = root;
    this.userHome = userHome;
    this.environment = environment;
  }

  /** Finds the root from the environment of the process and its user's home directory. */
  public static BoardHome of(Map<String, String> environment, Path userHome) {
    return new BoardHome(findRoot(environment, userHome), userHome, Map.copyOf(environment));
  }

  private static Path findRoot(Map<String, String> environment, Path userHome) {
    String kanbanHome = environment.getOrDefault("HERMES_KANBAN_HOME", "").strip();
    if (!kanbanHome.isEmpty()) {
      return expand(kanbanHome, userHome);
    }
    Path nativeHome = userHome.resolve(".hermes");
    String hermesHome = environment.getOrDefault("HERMES_HOME", "").strip();
    if (hermesHome.isEmpty()) {
      return nativeHome;
    }
    Path home = expand(hermesHome, userHome).toAbsolutePath().normalize();
    if (home.startsWith(nativeHome.toAbsolutePath().normalize())) {
      return nativeHome;
    }
    Path parent = home.getParent();
    Path grandparent = parent == null ? null : parent.getParent();
    boolean profile = parent != null && parent.endsWith("profiles");
    return profile && grandparent != null ? grandparent : home;
  }

  public Path root() {
    return root;
  }

  /**
   * The file that a command means: {@code explicit} if given, else the pinned file, {@code HERMES_KANBAN_BOARD}, the
   * current board, the default one. What is malformed or stale in the last three is passed over.
   *
   * @param explicit a board's name that the caller was given; it beats a pinned file, except in a worker: hermes lets
   *     the pin win everywhere, and so ticks one file once per board
   * @throws InvalidRequestException when the explicit name is malformed or no such board exists
   */
  public BoardLocation resolve(@Nullable String explicit) {
    Optional<String> named = Slugs.normalise(explicit);
    String pinned = environment.getOrDefault("HERMES_KANBAN_DB", "").strip();
    boolean inWorker = !environment.getOrDefault("HERMES_KANBAN_TASK", "").isBlank();
    if (named.isPresent() && (pinned.isEmpty() || !inWorker)) {
      return require(named.get());
    }
    String slug = named.orElseGet(this::activeSlug);
    BoardLocation location = location(slug);
    return pinned.isEmpty()
        ? location
        : new BoardLocation(slug, expand(pinned, userHome), location.workspaces(), location.logs());
  }

  /** The board that is meant when none is named. */
  public String activeSlug() {
    return Slugs.tolerant(environment.get("HERMES_KANBAN_BOARD"))
        .filter(this::exists)
        .or(() -> Slugs.tolerant(read(current())).filter(this::exists))
        .orElse(Slugs.DEFAULT);
  }

  /** An existing board. */
  public BoardLocation require(String slug) {
    if (!exists(slug)) {
      throw new InvalidRequestException(
          "Board '%s' does not exist under '%s'. Boards there: %s.".formatted(slug, root, slugs()));
    }
    return location(slug);
  }

  /** Where a board's things are, whether it exists or not. */
  public BoardLocation location(String slug) {
    Path base = slug.equals(Slugs.DEFAULT) ? root.resolve("kanban") : directory(slug);
    Path database = slug.equals(Slugs.DEFAULT) ? root.resolve(DATABASE) : base.resolve(DATABASE);
    return new BoardLocation(
        slug,
        database,
        pinnedWorkspaces().orElse(base.resolve("workspaces")),
        base.resolve("logs"));
  }

  /** The scratch root that {@code HERMES_KANBAN_WORKSPACES_ROOT} pins for every board. */
  public Optional<Path> pinnedWorkspaces() {
    return Optional.of(
            environment.getOrDefault("HERMES_KANBAN_WORKSPACES_ROOT", "").strip())
        .filter(path -> !path.isEmpty())
        .map(path -> expand(path, userHome));
  }

  /** Where scratch workspaces may lie on this host, of any board (contract 5.4). */
  public List<Path> workspaceRoots() {
    List<Path> roots = new ArrayList<>();
    pinnedWorkspaces().ifPresent(roots::add);
    roots.add(root.resolve("kanban/workspaces"));
    for (Path directory : boardDirectories()) {
      roots.add(directory.resolve("workspaces"));
    }
    for (Path host : entries(root.resolve("talaria/workspaces"))) {
      roots.addAll(entries(host)); // of boards of other hosts, whose tasks are worked on here
    }
    return roots;
  }

  /** Whether the board is there; {@code default} always is. */
  public boolean exists(String slug) {
    return slug.equals(Slugs.DEFAULT) || holdsBoard(directory(slug));
  }

  /** All boards: the default one first, then by name. Directories whose name is not a slug are not boards. */
  public List<String> slugs() {
    List<String> slugs = new ArrayList<>(List.of(Slugs.DEFAULT));
    boardDirectories().stream()
        .filter(BoardHome::holdsBoard)
        .map(entry -> String.valueOf(entry.getFileName()))
        .filter(name -> Slugs.isSlug(name) && !name.equals(Slugs.DEFAULT))
        .sorted()
        .forEach(slugs::add);
    return slugs;
  }

  private List<Path> boardDirectories() {
    return entries(root.resolve("kanban/boards"));
  }

  private static List<Path> entries(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list what is in '" + directory + "'.", e);
    }
  }

  /** What the board's {@code board.json} says; defaults when it is missing or malformed. */
  public BoardMetadata metadata(String slug) {
    return BoardMetadata.of(slug, read(metadataFile(slug)));
  }

  /** The default board's lies in {@code boards/default} too, although its database does not. */
  Path metadataFile(String slug) {
    return directory(slug).resolve(METADATA);
  }

  /** The file that names the current board. */
  Path current() {
    return root.resolve("kanban/current");
  }

  boolean isCurrentPointer(String slug) {
    return Slugs.tolerant(read(current())).equals(Optional.of(slug));
  }

  /** Whether a profile of this name can run workers: {@code default}, or a directory under {@code profiles}. */
  public boolean profileExists(String profile) {
    return profile.equals("default")
        || (Slugs.isSlug(profile) && Files.isDirectory(root.resolve("profiles").resolve(profile)));
  }

  /** The profiles that can run workers, by name; {@code default} is always one. */
  public List<String> profiles() {
    Path profiles = root.resolve("profiles");
    if (!Files.isDirectory(profiles)) {
      return List.of(Slugs.DEFAULT);
    }
    try (Stream<Path> entries = Files.list(profiles)) {
      return Stream.concat(
              Stream.of(Slugs.DEFAULT),
              entries
                  .filter(Files::isDirectory)
                  .map(entry -> String.valueOf(entry.getFileName()))
                  .filter(Slugs::isSlug))
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the profiles in '" + profiles + "'.", e);
    }
  }

  Path directory(String slug) {
    return root.resolve("kanban").resolve("boards").resolve(slug);
  }

  private static boolean holdsBoard(Path directory) {
    return Files.exists(directory.resolve(METADATA)) || Files.exists(directory.resolve(DATABASE));
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : null;
    } catch (IOException e) {
      return null; // contract 1.3: what cannot be read falls through
    }
  }

  /** Absolute, because it is handed on to workers, which start elsewhere. */
  private static Path expand(String path, Path userHome) {
    if (path.equals("~")) {
      return userHome;
    }
    return path.startsWith("~/")
        ? userHome.resolve(path.substring(2))
        : Path.of(path).toAbsolutePath();
  }
}
