"""The one door to the files of a base: leads, reports, rules. Nothing else in leadbase reads or writes them.

listing.py  finding the files below a folder
names.py    which names are listed, passed over, refused
place.py    reaching a file without leaving the base, and reading it
reading.py  reading many files, one after the other
saving.py   making and replacing a file so that nothing is lost
system.py   the system calls behind that, and what stands in where they are missing
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadbase.adapters.folder import names
from leadbase.adapters.folder.listing import Listing, Shelf, Stamp, listing_of, scan, sorted_out
from leadbase.adapters.folder.names import is_litter
from leadbase.adapters.folder.place import MAX_BYTES, Place, place_of, read, sentence
from leadbase.adapters.folder.reading import Taken, read_all
from leadbase.errors import ChangedMeanwhile, FileRefused, Problem, Unreadable
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.adapters.folder import saving
else:
    saving = late("leadbase.adapters.folder.saving")

__all__ = ["MAX_BYTES", "Folder", "Leftover", "Listing", "Shelf", "Stamp", "Taken", "is_litter"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A hidden file of a write that was cut short (a crash, a power cut).

    `of` is the file it was written for, or None when there is none of that name (any more). `is_same` says that both
    hold the same bytes: then it may go. Otherwise it may be the only copy of what the file held before.
    """

    path: str
    of: str | None
    is_same: bool


class Folder:
    """The files of one base. A path is relative to the base, with `/` on every system.

    A path that leads out of the base, through a symbolic link or into git's own folder is refused: FileRefused.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def paths(self, under: str = "leads", suffix: str = ".md") -> tuple[str, ...]:
        """The files below `under` whose name ends in `suffix`, sorted; see `listing` for those passed over."""
        return self.listing(under, suffix).paths

    def listing(self, under: str = "leads", suffix: str = ".md") -> Listing:
        """The files below `under` (`.` for the whole base) whose name ends in `suffix`. A missing folder holds none.

        Hidden files and what editors leave behind are passed over in silence. A symbolic link, a pipe, a name that is
        not UTF-8 or a folder that may not be read is named in `refused`, so that no lead goes missing unseen.
        """
        if under != ".":
            names.parts(under)
        return listing_of(self.root, under, lambda name: name.lower().endswith(suffix) and not is_litter(name))

    def scan(self, under: str = "leads", suffix: str = ".md") -> Iterator[Shelf]:
        """Every folder below `under` with the stamps of the files in it: what changed since another scan, and fast."""
        return scan(self.root, under, suffix)

    def files_of(self, shelf: Shelf, suffix: str = ".md") -> tuple[dict[str, Stamp], list[Problem]]:
        """The files of a scanned folder that `listing` would give, by path, and what `listing` would refuse there."""
        return sorted_out(self.root, shelf, lambda name: name.lower().endswith(suffix) and not is_litter(name))

    def exists(self, path: str) -> bool:
        """Whether anything has this name, even a link that leads nowhere."""
        try:
            with self._place(path) as place:
                place.state(place.name)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise FileRefused(path, sentence(error)) from error
        return True

    def read(self, path: str) -> bytes:
        """The file's bytes, all of one moment; Unreadable when it is missing, a link, not plain, or over 2 MB."""
        try:
            with self._place(path) as place:
                return read(place)
        except FileNotFoundError as error:
            raise Unreadable(path, "there is no such file") from error
        except OSError as error:
            raise Unreadable(path, sentence(error)) from error

    def read_all(self, paths: Iterable[str]) -> Iterator[Taken]:
        """Each of these files as `read` gives it, in their order; fast when those of one folder follow each other."""
        return read_all(self.root, paths)

    def replace(self, path: str, new: bytes, *, was: bytes) -> None:
        """Make the file hold `new` where it held `was`; mode, owner, access list and extended attributes stay.

        ChangedMeanwhile when it holds something else, or another program saves it at the same moment: that save stays.
        FileRefused when it is a link, has a hard link, is read-only, another user's, or open for writing elsewhere.
        With `new` equal to `was` nothing is written. The bytes are on the disk when this returns.
        """
        try:
            with self._place(path) as place:
                saving.replace(place, new, was)
        except FileNotFoundError as error:
            raise ChangedMeanwhile(path, saving.GONE) from error
        except OSError as error:
            raise FileRefused(path, sentence(error)) from error

    def create(self, path: str, content: bytes) -> None:
        """Make a new file, and the folders it needs; AlreadyThere when the name is taken.

        No reader ever sees a part of it, and it is on the disk when this returns. Names that Windows cannot hold, that
        a listing would pass over, or that begin with `-` are refused.
        """
        try:
            with place_of(self.root, path, names.parts_of_new(path), make=True) as place:
                saving.create(place, content)
        except OSError as error:
            raise FileRefused(path, f"{sentence(error)}; it was not made") from error

    def leftovers(self, under: Sequence[str] = ("leads", "reports")) -> tuple[Leftover, ...]:
        """The hidden files that a crash of leadbase left in these folders. Nothing is deleted or moved."""
        found: list[Leftover] = []
        for folder in under:
            found += [self._leftover(path) for path in listing_of(self.root, folder, names.is_leftover).paths]
        return tuple(found)

    def _leftover(self, path: str) -> Leftover:
        folder, _, name = path.rpartition("/")
        siblings = self.root.joinpath(folder).iterdir()
        beside = [sibling.name for sibling in siblings if names.is_leftover_of(name, sibling.name)]
        if not beside:
            return Leftover(path, None, is_same=False)
        of = f"{folder}/{beside[0]}"
        try:
            return Leftover(path, of, is_same=self.read(path) == self.read(of))
        except FileRefused:
            return Leftover(path, of, is_same=False)

    @contextmanager
    def _place(self, path: str) -> Iterator[Place]:
        with place_of(self.root, path, names.parts(path)) as place:
            yield place
