"""Records of any table linked: a learned model and the specification's composite, behind one function."""

from lakehouse.mdm.linkage.fields import Fields
from lakehouse.mdm.linkage.finding import Learned
from lakehouse.mdm.linkage.link import link
from lakehouse.mdm.linkage.linkage import Linkage
from lakehouse.mdm.linkage.problems import LinkageError

__all__ = ["Fields", "Learned", "Linkage", "LinkageError", "link"]
