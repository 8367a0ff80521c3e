package dev.talaria.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether this user can work in the home, others cannot read secrets there, and the disk has room. */
final class HomeCheck implements Check {
  private static final long LEAST_BYTES = 256L << 20;
  private static final Set<PosixFilePermission> FOR_OTHERS = Set.of(
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.OTHERS_WRITE);

  private final Path root;
  private final boolean hasSecrets;

  /** @param hasSecrets whether talaria.yaml itself holds some */
  HomeCheck(Path root, boolean hasSecrets) {
    this.root = root;
    this.hasSecrets = hasSecrets;
  }

  @Override
  public String name() {
    return "home";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return List.of(Finding.problem(
          root.toString(),
          "is not there",
          "Make a board with 'talaria init', or set HERMES_HOME."));
    }
    for (Path directory : List.of(root, root.resolve("talaria"), root.resolve("talaria/runs"))) {
      if (Files.exists(directory) && !Files.isWritable(directory)) {
        findings.add(Finding.problem(
            directory.toString(),
            "cannot be written by user '%s'".formatted(System.getProperty("user.name")),
            "Give it to the user that runs Talaria, or run Talaria as its owner, '%s'."
                .formatted(Files.getOwner(directory))));
      }
    }
    if (isOpen(root.resolve("talaria/runs"))) {
      findings.add(Finding.warning(
          root.resolve("talaria/runs").toString(),
          "others may look into run directories, which hold the tokens of workers",
          "Run chmod 700 on it."));
    }
    Path settings = root.resolve("talaria.yaml");
    if (hasSecrets && isOpen(settings)) {
      findings.add(Finding.warning(
          settings.toString(),
          "holds secrets, and others may read it",
          "Run chmod 600 on it, or put the secrets into files of their own (KEY_file)."));
    }
    findings.add(room(root.toString(), Files.getFileStore(root).getUsableSpace()));
    return findings;
  }

  static Finding room(String where, long usable) {
    long mebibytes = usable >> 20;
    return usable < LEAST_BYTES
        ? Finding.problem(
            where,
            "the disk has %d MiB left".formatted(mebibytes),
            "Make room: 'talaria gc' removes what is over, and boards cannot be written on a full disk.")
        : Finding.fine(where, "writable, %,d MiB left on its disk".formatted(mebibytes));
  }

  private static boolean isOpen(Path file) throws IOException {
    @Nullable Set<PosixFilePermission> permissions = permissions(file);
    return permissions != null && permissions.stream().anyMatch(FOR_OTHERS::contains);
  }

  private static @Nullable Set<PosixFilePermission> permissions(Path file) throws IOException {
    try {
      return Files.exists(file) ? Files.getPosixFilePermissions(file) : null;
    } catch (UnsupportedOperationException e) {
      return null; // a disk without them
    }
  }
}
