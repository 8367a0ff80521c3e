package dev.talaria.board.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkDiskTest {
  @TempDir
  Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {"nfs", "nfs4", "NFS", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph"})
  void shouldKnowDisksOfOtherHosts(String type) {
    assertThat(NetworkDisk.isNetwork(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuse.ntfs", "fuseblk"})
  void shouldTakeOtherDisksForLocal(String type) {
    assertThat(NetworkDisk.isNetwork(type)).isFalse();
  }

  @Test
  void shouldLookAtTheFolderOfAFileThatIsNotThereYet() {
    assertThat(NetworkDisk.typeUnder(home.resolve("kanban.db"))).isEmpty();
    assertThat(NetworkDisk.typeUnder(home.resolve("missing/kanban.db"))).isEmpty();
  }
}
