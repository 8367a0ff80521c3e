package dev.talaria.board.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether a board's file lies on a disk of another host. SQLite's WAL needs memory that all its users share and locks
 * that hold; over a network neither is sure, and a board written from two hosts is a damaged board.
 */
public final class NetworkDisk {
  /** Names by which Linux and macOS report them. {@code fuse.*} ones are named one by one: most of those are local. */
  private static final Set<String> TYPES = Set.of(
      "9p",
      "afpfs",
      "afs",
      "ceph",
      "cifs",
      "davfs",
      "fuse.ceph",
      "fuse.glusterfs",
      "fuse.rclone",
      "fuse.s3fs",
      "fuse.sshfs",
      "glusterfs",
      "gpfs",
      "lustre",
      "ncpfs",
      "nfs",
      "nfs4",
      "smb2",
      "smb3",
      "smbfs",
      "webdav");

  private NetworkDisk() {}

  /**
   * The type of the file system, where it is one of a network.
   *
   * @param file need not exist yet; its folder must
   */
  public static Optional<String> typeUnder(Path file) {
    Path there = Files.exists(file) ? file : file.toAbsolutePath().getParent();
    if (there == null || !Files.exists(there)) {
      return Optional.empty();
    }
    try {
      String type = Files.getFileStore(there).type();
      return isNetwork(type) ? Optional.of(type) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell on which disk '" + there + "' lies", e);
    }
  }

  static boolean isNetwork(String type) {
    return TYPES.contains(type.toLowerCase(Locale.ROOT));
  }
}
