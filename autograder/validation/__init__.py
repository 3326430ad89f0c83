"""Is an exercise itself sound? Its hidden suite is measured before anybody is graded by it."""
